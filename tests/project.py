"""Where the project's own files lie, for tests that read them or run programs from there."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
