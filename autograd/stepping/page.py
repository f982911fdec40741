"""The stepper as HTML that needs nothing else: one picture, what it shows as data, its program, and the scripts of ``live/``.

Where scripts do not run, as in a notebook that is not trusted, the picture and a table of all steps remain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from autograd.drawing import BACKGROUND, GRADIENT, LINE, MUTED, RIM, ROLES, TEXT, View, arrange, image, svg
from autograd.engine.value import Value
from autograd.stepping.shown import LONGEST, Rates, Shown
from autograd.stepping.steps import Line, Step, short
from autograd.text import clipped, equated

MOST = 300  # nodes

SHADES = {"text": TEXT, "muted": MUTED, "line": LINE, "rim": RIM, "back": BACKGROUND, "gradient": GRADIENT}
SHADES |= {"page": ("#f5f7fa", "#080d16"), "soft": ("#eef2f7", "#182233"), "pending": ("#dfe5ed", "#253246")}
SHADES |= {"focus": ("#2563c9", "#8ab4ff")}
OUTSIDE = {name: SHADES[name] for name in ("text", "muted", "rim", "page")}  # what page.css needs
FAINT = ("operation", "constant")  # whose bands are too faint for a curve

# In this order they are one function: each may call what those before it define, and in answer to events also the others.
SCRIPTS = (
    "elements", "numbers", "run", "walk", "stage", "picture", "inside", "camera", "pointing", "changing", "curves", "equations",
    "judging", "predicting", "paths", "about", "training", "flying", "playing", "keys", "shades", "page",
)  # fmt: skip
STYLES = ("frame", "picture", "panels", "training", "sizes", "print")


def refusal(names: Mapping[Value, str], view: View) -> str:
    """Return why there is no page of such steps; empty if there is one."""
    if len(view.cards) > MOST:
        return f"the graph has {len(view.cards)} nodes, and a picture of steps shows {MOST} at the most"
    if sum(len(card.members) for card in view.cards) < len(names):
        return "a page shows the steps of all nodes"
    return ""


def fragment(
    names: Mapping[Value, str],
    steps: Sequence[Step],
    view: View,
    start: int = 0,
    layout: str = "builtin",
    *,
    rates: Rates | None = None,
    alone: bool = False,
) -> str:
    """Return the steps as a piece of HTML that opens at ``start``.

    ``names`` has the name of each node, that of the root last, ``view`` the cards that are stepped, and ``rates`` are those of
    the parameters that an update changes. The piece may stand beside others on a page; ``alone`` lets
    it fill the window, and the address choose the step, as ``#step=16``.
    """
    shown = Shown(names, steps, rates or {}, view)
    picture = svg(shown.view, arrange(shown.at_its_widest(), layout))
    present = {card.role for card in shown.view.cards}
    roles = {name: role.legend for name, role in ROLES.items() if name in present}
    data = shown.as_data() | {"legend": roles, "start": start, "alone": alone}
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    name = f"ag-stepper-{sha256((picture + content).encode('utf-8', 'backslashreplace')).hexdigest()[:10]}"
    title = f'<h1 slot="title">{escape(clipped(shown.whole, 80))} <small>step by step</small></h1>' if alone else ""
    call = f"{json.dumps(name)},{content},{_program(shown)},{json.dumps(_style([*roles]))}"
    return (
        f'<div class="{name}" data-lm-suppress-shortcuts="true">{title}'
        f"{image(picture, shown.view.description, 'max-width:100%')}{_table(steps)}"
        f"<script>({_script()})({call})</script></div>"
    )


def document(
    names: Mapping[Value, str],
    steps: Sequence[Step],
    view: View,
    start: int = 0,
    layout: str = "builtin",
    *,
    rates: Rates | None = None,
) -> str:
    """Return the steps as a whole HTML file."""
    title = f"{escape(clipped([*names.values()][-1], 80))}, step by step"
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>'
        f'{title}</title><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<style>{_variables('html', OUTSIDE)}{_asset('page.css')}</style></head>\n<body>\n<main>\n"
        f"{fragment(names, steps, view, start, layout, rates=rates, alone=True)}\n</main>\n</body>\n</html>\n"
    )


def framed(html: str) -> str:
    """Return a whole HTML file as an element, for notebooks that take scripts out of what they show."""
    return (
        '<iframe title="the computation, step by step" style="width:100%;height:760px;border:0" '
        f'srcdoc="{escape(html)}"></iframe>'
    )


def _program(shown: Shown) -> str:
    source = _without_indents(shown.functions.source)
    functions = {call[0] for call in shown.functions.calls if call is not None}
    return f"(()=>{{{source}\nreturn[{','.join(f'f{i}' for i in sorted(functions))}]}})()"


def _table(steps: Sequence[Step]) -> str:
    """Return all steps as a table that is folded in."""
    rows = []
    for k, step in enumerate(steps):
        lines = "<br>".join(escape(_as_text(line)) for line in step.lines)
        rows.append(f"<tr><td>{k}</td><td>{step.kind}</td><td>{escape(step.sentence)}<br>{lines}</td></tr>")
    head = '<tr><th scope="col">step</th><th scope="col">pass</th><th scope="col">what happens</th></tr>'
    summary = f"All {len(steps)} steps as text"
    return f"<details><summary>{summary}</summary><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></details>"


def _as_text(line: Line) -> str:
    texts = line.symbol, line.sign, line.rule, line.numbers, short(line.result)[0], line.note
    symbol, sign, rule, numbers, result, note = (clipped(text, LONGEST) for text in texts)
    return f"{symbol} {sign} {equated(rule, numbers, result)}" + (f" ({note})" if note else "")


def _style(roles: Sequence[str]) -> str:
    of_roles = {f"role-{name}": ROLES[name].border if name in FAINT else ROLES[name].band for name in roles}
    return _variables(":host", SHADES | of_roles) + "\n".join(_asset(f"{name}.css") for name in STYLES)


def _script() -> str:
    return f"(name,data,program,style)=>{{\n{chr(10).join(_asset(f'{name}.js') for name in SCRIPTS)}\n}}"


def _variables(selector: str, shades: Mapping[str, tuple[str, str]]) -> str:
    """Return the shades as variables; browsers older than May 2024 have the light ones alone."""
    light, both = (
        f"{selector}{{{''.join(f'--{name}:{colour(*pair)};' for name, pair in shades.items())}}}"
        for colour in (lambda light, dark: light, "light-dark({},{})".format)
    )
    return f"{light}@supports(color:light-dark(red,red)){{{both}}}"


@cache
def _asset(name: str) -> str:
    """Return one of the files in ``live``, without what only its readers need: comments and indentation."""
    text = (files("autograd.stepping") / "live" / name).read_text("utf-8")
    text = _without_indents(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    return re.sub(r"(?<=[{};:,])\s+|\s+(?={)", "", text) if name.endswith(".css") else text


def _without_indents(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))
