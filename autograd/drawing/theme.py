"""Colours: by role, each for light and for dark pages. Text keeps a contrast of 4.5 : 1 and more on what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Shade: TypeAlias = tuple[str, str]  # on light pages, on dark pages

THEMES = ("auto", "light", "dark")

FONT = "Helvetica,Arial,'Liberation Sans',sans-serif"


@dataclass(frozen=True)
class Role:
    """How cards of a role look: a band with the name, written in ``ink``, on a tinted card with a border."""

    legend: str
    band: Shade
    border: Shade
    tint: Shade
    ink: Shade = ("#ffffff", "#ffffff")


def _strong(legend: str, band: Shade, tint: Shade) -> Role:
    return Role(legend, band, band, tint)


def _quiet(legend: str) -> Role:
    return Role(legend, ("#e3e9f1", "#2b3a50"), ("#94a3b8", "#52647f"), ("#fdfefe", "#151d28"), ("#2b394d", "#dfe8f3"))


def _final(legend: str) -> Role:
    band = ("#1f2937", "#c9d3e0")
    return Role(legend, band, band, ("#f5f6f8", "#1a2230"), ink=("#ffffff", "#0f172a"))


# In the order of the legend. What is drawn alike is one entry there.
ROLES: dict[str, Role] = {
    "input": _strong("input", ("#2563c9", "#3d6fc4"), ("#f3f7fe", "#131d30")),
    "weight": _strong("weight, bias", ("#b45f06", "#a8671d"), ("#fef8ef", "#251a0e")),
    "bias": _strong("weight, bias", ("#b45f06", "#a8671d"), ("#fef8ef", "#251a0e")),
    "leaf": _strong("leaf", ("#0b6f8a", "#147a94"), ("#f0fafc", "#0d1f27")),
    "hidden": _strong("hidden", ("#0c7a6b", "#17806f"), ("#f0faf8", "#0d211e")),
    "output": _strong("output", ("#6a34c9", "#7a4fce"), ("#f8f5fe", "#1d1530")),
    "target": Role("target", ("#5a6b80", "#44546a"), ("#5a6b80", "#5c7190"), ("#f6f8fa", "#18202b")),
    "constant": _quiet("constant"),
    "operation": _quiet("operation"),
    "loss": _final("loss"),
    "root": _final("root"),
}

BACKGROUND: Shade = ("#ffffff", "#0d1420")
RIM: Shade = ("#e3e8ef", "#243044")
TEXT: Shade = ("#0f172a", "#e8eef6")
MUTED: Shade = ("#56657a", "#9fb0c6")
LINE: Shade = ("#8595aa", "#667a98")
GRADIENT: Shade = ("#b0175f", "#f9a8d4")
