"""What several test files share: a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium: Debian's, driven through Playwright."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Any]:
    """Open pages that must neither complain nor, unless they may, ask for anything but themselves."""
    with pages(browser) as visit:
        yield visit


@contextmanager
def pages(browser: Any) -> Iterator[Any]:
    """Yield what opens a page, and fail at the end if one that is strict has complained or asked for something else."""
    opened = []

    def visit(url: str, *, strict: bool = True, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1240, "height": 900}, **options})
        page = context.new_page()
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
        assert [problem for _, problems in opened for problem in problems] == []
    finally:
        for context, _ in opened:
            context.close()
