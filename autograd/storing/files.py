"""Files written wholly or not at all."""

from __future__ import annotations

import os
import secrets
import shutil


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file in UTF-8: readers see the old content or the new, and after a failure the old is still there.

    A link stays a link, and what it points to is written; a file that was there keeps its permissions. What is no file, such as
    a terminal or a pipe, is simply written to.
    """
    target = os.path.realpath(path)
    data = text.encode()  # before anything is opened: it may hold what UTF-8 cannot
    if os.path.exists(target) and not os.path.isfile(target):
        with open(target, "wb") as file:
            file.write(data)
        return
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(target):
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException as problem:
        if os.path.exists(temporary):
            os.unlink(temporary)
        if isinstance(problem, OSError) and problem.filename == temporary:
            problem.filename = os.fspath(path)  # which the caller knows
        raise
