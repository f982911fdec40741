"""Files written wholly or not at all."""

from __future__ import annotations

import os
import secrets
import shutil


def write_atomically(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a text in UTF-8, or bytes: readers see the old content or the new, and after a failure the old is still there.

    A link stays a link, and what it points to is written; a file that was there keeps its permissions. What is no file, such as
    a terminal or a pipe, is simply written to. An OSError names the file by the path given.
    """
    data = content.encode() if isinstance(content, str) else content  # before anything is opened: UTF-8 may not hold it
    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as file:
                file.write(data)
        else:
            _replace(target, data)
    except OSError as problem:
        if problem.errno is not None:  # else it has words of its own
            problem.filename = os.fspath(path)  # which the caller knows: writing names none, and replacing a temporary one
            del problem.filename2
        raise


def _replace(target: str, data: bytes) -> None:
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
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
