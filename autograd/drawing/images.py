"""SVG as PNG and PDF, drawn by rsvg-convert or the Python package cairosvg: the very same picture."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import suppress
from importlib import import_module

SHARPER = 2.0  # times as many pixels across as the SVG has
MOST_PIXELS = 32_000.0  # across; Cairo, which both draw with, has 32 767
PATIENCE = 60.0  # seconds

HOW_TO_INSTALL = """install one of
  any system       pip install 'scalar-autograd[images]'   (cairosvg)
  Debian, Ubuntu   sudo apt install librsvg2-bin
  Fedora           sudo dnf install librsvg2-tools
  Arch             sudo pacman -S librsvg
  macOS            brew install librsvg
  conda            conda install -c conda-forge librsvg"""


def converted(picture: str, form: str) -> bytes:
    """Return SVG as "png" or "pdf"; raise RuntimeError if nothing is there to draw it, or that fails."""
    longest = max(map(float, re.findall(r' (?:width|height)="([\d.]+)"', picture)[:2]))
    zoom = min(SHARPER, MOST_PIXELS / longest) if form == "png" else 1.0
    program = shutil.which("rsvg-convert")
    if program is not None:
        return _run([program, f"--format={form}", f"--zoom={zoom}", "--unlimited"], picture.encode())
    with suppress(ImportError, OSError):  # the package is not there, or not the library that it loads
        cairosvg = import_module("cairosvg")
        return bytes(getattr(cairosvg, f"svg2{form}")(bytestring=picture.encode(), scale=zoom))
    raise RuntimeError(
        f"neither rsvg-convert nor cairosvg was found, one of which draws .{form} (.svg needs none); {HOW_TO_INSTALL}"
    )


def _run(command: list[str], picture: bytes) -> bytes:
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(f"rsvg-convert did not do its work: {error}") from None
    if done.returncode:
        raise RuntimeError(f"rsvg-convert failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
