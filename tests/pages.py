"""Pages in a browser that must neither complain nor ask for anything but themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograd.stepping import Stepper
from autograd.stepping import page as stepping

PATIENCE = 60_000  # milliseconds, for a machine that is busy with other things


@contextmanager
def pages(browser: Any) -> Iterator[Any]:
    """Yield what opens a page, and fail at the end if one that is strict has complained or asked for something else."""
    opened = []

    def visit(url: str, *, strict: bool = True, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1240, "height": 900}, **options})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
        page.on("request", lambda request: problems.append(request.url) if foreign(request.url, url) else None)
        opened.append((context, problems if strict else []))
        page.goto(url)
        return page

    def foreign(asked: str, url: str) -> bool:
        return asked.partition("#")[0] != url.partition("#")[0] and not asked.startswith("data:")

    try:
        yield visit
        complaints = [problem for _, problems in opened for problem in problems]
        assert not complaints, "\n".join(complaints)
    finally:
        for context, _ in opened:
            context.close()


def fragment(stepper: Stepper) -> str:
    """Return what a notebook is given of a stepper."""
    return stepping.fragment(stepper.names, [*stepper], stepper.view, stepper.index, rates=stepper.rates)


def document(stepper: Stepper, layout: str = "builtin") -> str:
    """Return what ``save`` writes of a stepper."""
    return stepping.document(stepper.names, [*stepper], stepper.view, stepper.index, layout, rates=stepper.rates)


def node(page: Any, name: str) -> Any:
    """Return a node of the picture, by its name."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)} .*value"))


def to(page: Any, k: int) -> None:
    """Go to a step."""
    page.get_by_role("slider", name="step").fill(str(k))
