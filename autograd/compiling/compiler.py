"""The system's C compiler, and the folder in which what it made is kept from run to run.

The folder is the user's own, ``autograd`` in ``$XDG_CACHE_HOME`` or ``~/.cache``, or ``$AUTOGRAD_CACHE``; nobody else may write
there, and what somebody else could have written is never loaded. If that is 0 or empty, nothing is kept.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

OFF = ("", "0")


class NotCompiled(Exception):  # noqa: N818  # no error to whoever runs a function: it runs otherwise
    """Why there is no machine code."""


def library(flags: list[str], *sources: str) -> ctypes.CDLL:
    """Return files in C, compiled one by one, as one library, from the cache if it is there.

    Raises NotCompiled if there is no compiler, or it fails.
    """
    compiler, version = _compiler()
    what = "\0".join([*sources, *flags, compiler, version, _processor(), sys.platform])
    name = hashlib.sha256(what.encode()).hexdigest() + ".so"
    kept = cache_folder()
    if kept is not None and _is_ours(kept / name):
        with suppress(OSError):  # not whole, or of another system
            return ctypes.CDLL(str(kept / name))
    why: OSError | None = None
    for folder in dict.fromkeys((kept, None)):  # a disk may be full, or there to be read alone
        try:
            return _made(compiler, sources, flags, folder, name)
        except OSError as error:
            why = error
    raise NotCompiled(f"no file can be written for {compiler}: {why}") from why


def _made(compiler: str, sources: Sequence[str], flags: list[str], kept: Path | None, name: str) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory(prefix="autograd-", dir=kept) as folder:  # mode 0700
        files, built = [Path(folder, f"code{i}.c") for i in range(len(sources))], Path(folder, "code.so")
        for file, source in zip(files, sources, strict=True):
            file.write_text(source, encoding="utf-8")
        try:
            done = subprocess.run(
                [compiler, *flags, "-shared", "-fPIC", *map(str, files), "-o", str(built), "-lm"],
                capture_output=True, text=True, errors="replace", check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise NotCompiled(f"{compiler} cannot be run: {error}") from error
        if done.returncode:
            said = done.stderr.strip()[:300] or f"it says nothing, and ends with {done.returncode}"
            raise NotCompiled(f"{compiler} failed: {said}")
        built.chmod(0o700)
        if kept is not None:
            os.replace(built, kept / name)  # whole or not at all
            built = kept / name
        try:
            return ctypes.CDLL(str(built))
        except OSError as error:
            raise NotCompiled(f"what {compiler} made cannot be loaded: {error}") from error


def cache_folder() -> Path | None:
    """Return the folder, made if it was not there; None if it is switched off, or others may write there."""
    wanted = os.environ.get("AUTOGRAD_CACHE")
    if wanted in OFF:
        return None
    try:
        folder = Path(wanted) if wanted else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "autograd"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder.resolve() if _is_ours(folder) else None
    except (OSError, RuntimeError):  # no home, a full disk, a file in its place
        return None


def clear_cache() -> int:
    """Remove all machine code that was kept; return how many files that were."""
    folder = cache_folder()
    files = [] if folder is None else [*folder.glob("*.so")]
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _is_ours(path: Path) -> bool:
    """Return whether a file or folder is there, this user's, and nobody else may write to it."""
    try:
        found = path.lstat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022 and not stat.S_ISLNK(found.st_mode)


def _compiler() -> tuple[str, str]:
    """Return the path of the compiler and what it says of its version."""
    wanted = os.environ.get("CC", "").split()[:1] or ["cc", "gcc", "clang"]
    found = next((path for path in map(shutil.which, wanted) if path), None)
    if found is None or sys.platform == "win32":
        raise NotCompiled(f"there is no C compiler here: none of {', '.join(wanted)} was found")
    return found, _version(found)


@cache
def _processor() -> str:
    """Return what tells one kind of processor from another: a home may be shared by several."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line for line in lines if line.lower().startswith(("flags", "features"))), platform.machine())
    return platform.machine() + platform.processor()


@cache
def _version(compiler: str) -> str:
    try:
        done = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise NotCompiled(f"{compiler} cannot be run: {error}") from error
    return done.stdout
