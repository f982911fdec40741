"""JSON from outside, which may hold anything: each thing knows its file and its place there, and refuses what was not expected.

>>> settings = parsed('{"rate": 0.5, "sizes": [2, "3"]}', "net.json", "settings")
>>> settings["rate"].number()
0.5
>>> settings["sizes"].numbers()
Traceback (most recent call last):
ValueError: net.json: sizes[1]: expected a number, but found "3"
"""

from __future__ import annotations

import difflib
import json
import math
import os
import re
import stat
import sys
from collections.abc import Collection
from itertools import islice
from reprlib import Repr
from typing import Any, NoReturn

MOST = 64 * 1024 * 1024  # bytes of a file
LONGEST = 400  # digits of a whole number that is read; float's greatest has 309


class Entry:
    """One thing in a file: its content, of whatever kind, and the place where it stands, to be named where it is refused."""

    __slots__ = ("content", "place", "source")

    def __init__(self, content: Any, source: str, place: str = "") -> None:
        self.content, self.source, self.place = content, source, place

    def __getitem__(self, step: str | int) -> Entry:
        """Return what an object has for a key, or a list at a place: an entry that is nothing if the key is missing."""
        content = self.content[step] if isinstance(step, int) else self.content.get(step, MISSING)
        return Entry(content, self.source, _joined(self.place, step))

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def refuse(self, expected: str, found: Any = ..., hint: str = "") -> NoReturn:
        """Raise the ValueError that all that is read from files is refused with."""
        where = "".join([f"{part}: " for part in (self.source, self.place) if part])
        raise ValueError(f"{where}expected {expected}, but found {shown(self.content if found is ... else found)}{hint}")

    # --- kinds ---

    def object(self, possible: Collection[str] = (), needed: Collection[str] = (), expected: str = "an object {…}") -> Entry:
        """Return the entry itself; refuse what is no object, keys that are unknown and, of those needed, missing ones."""
        if not isinstance(self.content, dict):
            self.refuse(expected)
        if possible:
            for key in self.content:
                if key not in possible:
                    self.refuse(f"no other keys than {', '.join(possible)}", key, _near(key, possible))
        for key in needed:
            if key not in self.content:
                self.refuse(f'"{key}"', _Keys(self.content))
        return self

    def items(self, expected: str = "a list", count: int | None = None) -> list[Entry]:
        """Return the entries of a list; refuse anything else, and a list of another length."""
        content = self.content
        if not isinstance(content, list) or count not in (None, len(content)):
            self.refuse(expected)
        return [Entry(item, self.source, _joined(self.place, i)) for i, item in enumerate(content)]

    def number(self, expected: str = "a number") -> float:
        x = self.content
        if isinstance(x, bool) or not isinstance(x, (int, float)) or x != x:
            self.refuse(expected)
        if abs(x) > sys.float_info.max:
            self.refuse(f"{expected} within the range of floats")
        return float(x)

    def numbers(self, expected: str = "a list of numbers", count: int | None = None) -> list[float]:
        content = self.content
        if isinstance(content, list) and count in (None, len(content)) and all(map(_is_plain, content)):
            return [*content]
        return [item.number() for item in self.items(expected, count)]  # which finds the one that is none

    def whole(self, expected: str = "a whole number") -> int:
        if isinstance(self.content, bool) or not isinstance(self.content, int):
            self.refuse(expected)
        return self.content

    def text(self, expected: str = "text") -> str:
        """Return a text that can be written to a file again; half a character, a lone surrogate, cannot."""
        if not isinstance(self.content, str):
            self.refuse(expected)
        if is_broken(self.content):
            self.refuse(f"{expected} of whole characters")
        return self.content

    def truth(self, expected: str = "true or false") -> bool:
        if not isinstance(self.content, bool):
            self.refuse(expected)
        return self.content

    def choice(self, choices: Collection[str]) -> str:
        if not isinstance(self.content, str) or self.content not in choices:
            self.refuse(f"one of {', '.join(choices)}", hint=_near(self.content, choices))
        return self.content


def is_broken(text: str) -> bool:
    """Return whether a text holds half a character, which no file in UTF-8 can."""
    return not text.isascii() and re.search("[\ud800-\udfff]", text) is not None


def _is_plain(x: Any) -> bool:
    return type(x) is float and math.isfinite(x)


# --- files ---


def read(path: str | os.PathLike[str], what: str, hint: str = "", most: int = MOST) -> Entry:
    """Return the content of a JSON file; raise ValueError, in the same words, for one that cannot be used.

    Files are read up to ``most`` bytes, pipes too, and devices, which may never end, not at all. ``what`` says in errors what
    the file should have been, and ``hint`` what to write for NaN and Infinity, which are no JSON.
    """
    source = os.fsdecode(path)
    whole = Entry(None, source)
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) and not stat.S_ISFIFO(status.st_mode) and not file.isatty():
                whole.refuse(f"{what} in a file", Found("a device"))
            if status.st_size > most:
                whole.refuse(f"{what} of at most {most} bytes", Found(f"a file of {status.st_size}"))
            content = b""
            while len(content) <= most and (more := file.read(most // 8)):  # not all: a pipe may have no end
                content += more
    except OSError as problem:
        problem.filename = source  # reading itself names none
        raise
    if len(content) > most:
        whole.refuse(f"{what} of at most {most} bytes", Found("more"))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        begins = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else f"the byte 0x{content[error.start]:02x} in it"
        whole.refuse(f"{what} in UTF-8", Found(begins))
    return parsed(text, source, what, hint)


def parsed(text: str, source: str, what: str, hint: str = "") -> Entry:
    """Return the content of a JSON text; raise ValueError for what is no JSON, as ``read`` does.

    Keys that are there twice are refused, and NaN and Infinity, which are no JSON: of these, it is one that comes first.
    """
    flawed = False

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal flawed
        found = dict(pairs)
        if len(found) < len(pairs):
            flawed = True
            return _Repeating(found, [key for key, _ in pairs])
        return found

    def word(text: str) -> Found:
        nonlocal flawed
        flawed = True
        return Found(text)

    try:
        content = json.loads(text, object_pairs_hook=once, parse_constant=word, parse_int=_whole)
    except json.JSONDecodeError as error:
        said = f"{error.msg[0].lower()}{error.msg[1:]}"
        found: Any = text[error.pos : error.pos + 40] or Found("its end")
        if text.startswith("\ufeff"):
            said, found = "JSON begins without one", Found("a byte order mark")
        Entry(found, source, f"line {error.lineno}, column {error.colno}").refuse(what, hint=f" ({said})")
    except RecursionError:
        Entry(Found("lists or objects that are nested too deep"), source).refuse(what)
    whole = Entry(content, source)
    if flawed:
        _refuse_flaw(whole, hint)
    return whole


def _refuse_flaw(whole: Entry, hint: str) -> None:
    entries = [whole]
    while entries:  # not by recursion, which may be as deep as the parser's
        entry = entries.pop()
        content = entry.content
        if isinstance(content, _Repeating):
            entry.refuse("each key once", Found(f"{shown(content.key)} twice"))
        if isinstance(content, Found):
            entry.refuse("a number", hint=hint)
        steps: Any = content if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
        parts = [entry[step] for step in steps if isinstance(content[step], (dict, list, Found))]
        entries += reversed(parts)


def _whole(digits: str) -> int | float:
    """Return a whole number, or one beyond all floats as infinity: digits by the million take Python hours."""
    return int(digits) if len(digits) <= LONGEST else -math.inf if digits.startswith("-") else math.inf


# --- words of errors ---


class Found:
    """What is told as it is, without quotes: words for what was found, or a word that is no JSON."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __repr__(self) -> str:
        return self.words


class _Repeating(dict[str, Any]):
    """An object in which a key is there twice."""

    def __init__(self, found: dict[str, Any], keys: list[str]) -> None:
        super().__init__(found)
        seen: set[str] = set()
        for self.key in keys:
            if self.key in seen:
                break
            seen.add(self.key)


class _Keys(dict[str, Any]):
    """An object of which the keys are told."""


MISSING = Found("nothing")


class _Shown(Repr):
    """Things as JSON has them, clipped."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = 60
        self.maxlevel = 3

    def repr_str(self, text: str, level: int) -> str:
        clipped = text if len(text) <= self.maxstring else f"{text[: self.maxstring]}…"
        encoded = json.dumps(clipped, ensure_ascii=False)
        return encoded if encoded.isprintable() else json.dumps(clipped)

    def repr_bool(self, x: bool, level: int) -> str:
        return "true" if x else "false"

    def repr_NoneType(self, x: None, level: int) -> str:  # noqa: N802  # reprlib asks by the name of the class
        return "null"

    def repr__Keys(self, x: _Keys, level: int) -> str:  # noqa: N802
        return ", ".join([*map(shown, islice(x, 8)), *(["…"] if len(x) > 8 else [])]) or "no keys"

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        keys = islice(x, self.maxdict if level > 0 else 0)
        parts = [f"{self.repr1(key, 0)}: {self.repr1(x[key], level - 1)}" for key in keys]
        return f"{{{', '.join([*parts, *(['…'] if len(parts) < len(x) else [])])}}}"


_shown = _Shown()


def shown(content: Any) -> str:
    """Return a thing as a file has it, on one line, and not too long, whatever it is."""
    text = _shown.repr(content)
    return text if len(text) <= 160 else f"{text[:160]}…"


def _joined(place: str, step: str | int) -> str:
    if isinstance(step, int):
        return f"{place}[{step}]"
    name = step if len(step) <= 60 and step.isprintable() and step else f"[{shown(step)}]"
    return f"{place}.{name}" if place and name == step else place + name


def _near(word: Any, words: Collection[str]) -> str:
    near = difflib.get_close_matches(word, words, n=1) if isinstance(word, str) and len(word) <= 60 else []
    return "".join([f'; did you mean "{name}"?' for name in near])
