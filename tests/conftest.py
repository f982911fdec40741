"""What several test files share: a real browser, and patience."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from pages import pages

pytest.register_assert_rewrite("micrograds")  # it asserts for others, and ought to say as much as they would
settings.register_profile("patient", deadline=None)  # speed is judged by benchmarks: a machine may be busy with other things
settings.load_profile("patient")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")  # no longer, since while it is there, its event loop runs, and no other can
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
