"""``Picture``: an SVG for light and for dark pages, being drawn; then shown in notebooks, as text, or saved."""

from __future__ import annotations

import os
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from autograd.drawing import BACKGROUND, FONT, RIM, THEMES, Shade, clean, image
from autograd.storing import write_atomically


class Picture:
    """A picture. ``print`` it for text; the last line of a notebook's cell shows it; ``save`` writes it.

    Raises ValueError for a theme that is not "auto" (as the page), "light" or "dark".
    """

    def __init__(self, width: float, height: float, title: str, description: str, theme: str = "auto") -> None:
        if theme not in THEMES:
            raise ValueError(f"theme must be one of {', '.join(THEMES)}, but got {theme!r:.60}")
        self.width, self.height, self.title, self.description, self.theme = width, height, clean(title), description, theme
        self._shades: dict[tuple[str, Shade], str] = {}  # what is painted how, and the name of the class for it
        self._parts: list[str] = []
        self.add("rect", fill=BACKGROUND, stroke=RIM, x=0.5, y=0.5, width=width - 1, height=height - 1, rx=10)

    # --- drawn ---

    def add(
        self, element: str, content: str = "", *, fill: Shade | None = None, stroke: Shade | None = None, **attributes: Any
    ) -> None:
        """Add an element with two colours for what is painted, and text in it; in names of attributes, _ stands for -."""
        self._parts.append(self._element(element, content, fill, stroke, attributes))

    def text(self, x: float, y: float, text: str, fill: Shade, size: float = 11, **attributes: Any) -> None:
        """Add a line of text."""
        self.add("text", escape(clean(text)), fill=fill, x=x, y=y, font_size=size, **attributes)

    def _element(self, element: str, content: str, fill: Shade | None, stroke: Shade | None, attributes: dict[str, Any]) -> str:
        classes, written = [], []
        for what, shade in (("fill", fill), ("stroke", stroke)):
            if shade is not None:
                classes.append(self._shades.setdefault((what, shade), f"{what[0]}{len(self._shades)}"))
                written.append(f'{what}="{shade[self.theme == "dark"]}"')
        written += [f'{name.replace("_", "-")}="{_attribute(value)}"' for name, value in attributes.items()]
        named = f' class="{" ".join(classes)}"' if classes else ""
        inside = f">{content}</{element}>" if content else "/>"
        return f"<{element}{named} {' '.join(written)}{inside}"

    @property
    def svg(self) -> str:
        """The picture as SVG text, self-contained; colours follow the page where CSS is understood, else are the light ones."""
        body = "\n".join(self._parts)
        name = f"nn{sha256(f'{self.theme}{self.title}{body}'.encode('utf-8', 'backslashreplace')).hexdigest()[:10]}"
        size = f'width="{_attribute(self.width)}" height="{_attribute(self.height)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" {size} '
            f'viewBox="0 0 {_attribute(self.width)} {_attribute(self.height)}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc" font-family="{FONT}">\n'
            f'<title id="{name}-title">{escape(self.title)}</title>\n'
            f'<desc id="{name}-desc">{escape(self.description)}</desc>\n'
            f"<style>{self._style(name)}</style>\n{body}\n</svg>\n"
        )

    def _style(self, name: str) -> str:
        rules = [f".{name} text{{font-variant-numeric:tabular-nums}}"]
        if self.theme == "auto":
            rules.append(f".{name}{{color-scheme:light dark}}")
            rules += [
                f".{name} .{kind}{{{what}:light-dark({light},{dark})}}" for (what, (light, dark)), kind in self._shades.items()
            ]
        return "".join(rules)

    # --- shown ---

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a file in the format that its name ends in, .svg or .txt, and return its path.

        Raises ValueError for another ending.
        """
        path = Path(path)
        forms = {".svg": self.svg, ".txt": f"{self.description}\n"}
        if path.suffix.lower() not in forms:
            raise ValueError(f"{path.name!r:.60} must end in one of {', '.join(forms)}")
        write_atomically(path, forms[path.suffix.lower()])
        return path

    def __str__(self) -> str:
        return self.description

    def __repr__(self) -> str:
        return f"<picture of {self.title}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": image(self.svg, self.title, "max-width:100%;height:auto"), "text/plain": str(self)}


def _attribute(value: Any) -> str:
    """Write a coordinate to a tenth of a pixel, and anything else as it is."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0") if round(value, 1) else "0"
    return escape(str(value))
