"""A bar for what takes long: tqdm's, where that is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

DELAY = 0.4  # seconds: what is quicker than that shows nothing
FORM = "{l_bar}{bar}| {elapsed}<{remaining}{postfix}"

Progress: TypeAlias = Callable[[float, str], None]  # is told how much is done, and something about it


@contextmanager
def progress_bar(total: int, shown: bool | None = None) -> Iterator[Progress]:
    """Show a bar on standard error until the block ends; without a choice, only on a terminal or in a notebook."""
    if shown is None:
        shown = _in_a_notebook() or (sys.stderr is not None and sys.stderr.isatty())
    tqdm = _tqdm() if shown else None  # a bar that is not shown would have a thread all the same
    if tqdm is None:
        yield lambda done, text: None
        return
    with tqdm(total=total, leave=False, delay=DELAY, bar_format=FORM) as bar:

        def show(done: float, text: str) -> None:
            bar.set_postfix_str(text, refresh=False)
            bar.update(done - bar.n)

        yield show


def _in_a_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")  # that ipykernel is imported does not mean that it runs


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm  # an extra
    except ImportError:
        return None
    return tqdm
