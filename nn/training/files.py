"""Trainings as files: parameters, optimizer, history and random numbers as JSON that people can read.

Numbers are written with all of their digits, so that a training that is loaded goes on bit for bit. A file is written wholly
or not at all, and read wholly before anything is changed.
"""

from __future__ import annotations

import json
import math
import os
import random
from _random import Random as _Generator  # what random.Random is made of, in C
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from autograd.engine.labels import brief, typed
from autograd.storing import Entry, read, write_atomically
from nn.module import Module
from nn.numbers import changes, commit
from nn.optim import Optimizer
from nn.training.history import History

FORMAT, VERSION = "scalar-autograd training", 1
LARGEST = 1 << 30  # bytes: fifty million numbers
PARTS = ("format", "version", "model", "optimizer", "history", "random")


def save(
    path: str | os.PathLike[str],
    model: Module,
    optimizer: Optimizer | None = None,
    history: History | None = None,
    *,
    rng: random.Random | None = None,
) -> Path:
    """Write a model's parameters to a file and, where they are given, what a training needs to go on; return its path.

    ``history`` is what ``nn.fit`` returned. A loop of one's own may save the random numbers ``rng`` that it draws batches
    from; ``optimizer.steps`` counts its steps.

    Raises ValueError, and writes nothing, if a number is infinite or nan.
    """
    _require_kinds("save", path, model, optimizer)
    if not isinstance(history, (History, type(None))):
        raise TypeError(f"save takes a history that fit returned, but got {typed(history)}")
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION, "model": model.state_dict()}
    if optimizer is not None:
        content["optimizer"] = optimizer.state_dict()
    if history is not None:
        content["history"] = history.as_data()
    if rng is not None:
        content["random"] = rng.getstate()
    for part in ("model", "optimizer"):
        _refuse_infinities(path, part, content.get(part))
    write_atomically(path, _written(content))
    return Path(path)


def load(
    path: str | os.PathLike[str], model: Module, optimizer: Optimizer | None = None, *, rng: random.Random | None = None
) -> History | None:
    """Set a model's parameters, and the state of the optimizer and of ``rng`` where given, from a file; return its history.

    The model must be built like the one that was saved, and the optimizer be of the same kind. Returns None if the file has no
    history.

    Raises ValueError that names the file and the key, and changes nothing, if something is missing, damaged or does not fit.
    """
    _require_kinds("load", path, model, optimizer)
    whole = _read(path)
    for key, asked, what in (
        ("model", True, "the parameters of a model"),
        ("random", rng is not None, "the state of random numbers"),
        ("optimizer", optimizer is not None, "the state of an optimizer"),
    ):
        if asked and key not in whole:
            whole[key].refuse(what, hint="; the file was saved without it")
    history = History.from_data(whole["history"]) if "history" in whole else None
    state = None if rng is None else _random_state(whole["random"])
    try:
        key = "model"
        calls = changes(model.matched(whole.content[key]))
        key = "optimizer"
        if optimizer is not None:
            calls += optimizer.changes_to(whole.content[key])
    except ValueError as problem:
        raise ValueError(f"{whole.source}: {key}: {problem}") from None
    if rng is not None and state is not None:
        _, numbers, gauss = state
        calls += [partial(_Generator.setstate, rng, numbers), partial(setattr, rng, "gauss_next", gauss)]
    commit(calls)
    return history


def _require_kinds(name: str, path: Any, model: Any, optimizer: Any) -> None:
    for what, given, kinds in (
        ("path", path, (str, os.PathLike)),
        ("model", model, Module),
        ("optimizer", optimizer, Optimizer),
    ):
        if not isinstance(given, kinds) and not (what == "optimizer" and given is None):
            raise TypeError(f"{name} takes a path, a model, an optimizer, in this order, but got {brief(given)} for {what}")


def _read(path: str | os.PathLike[str]) -> Entry:
    whole = read(path, "a training as JSON", most=LARGEST)
    content = whole.content
    if not isinstance(content, dict):
        whole.refuse("an object {…}, as nn.save writes it")
    if content.get("format") != FORMAT:
        whole["format"].refuse(f'"{FORMAT}", as nn.save writes it')
    version = content.get("version")
    if version != VERSION or isinstance(version, bool):
        whole["version"].refuse(f"{VERSION}, the one that this release reads")
    return whole.object(PARTS)


def _random_state(state: Entry) -> Any:
    """Return a state for ``random.Random.setstate``; raise ValueError if it is none."""
    try:
        version, numbers, gauss = state.content
        checked = (version, tuple(numbers), gauss)
        rng = random.Random()
        rng.setstate(checked)
    except (TypeError, ValueError, OverflowError):
        state.refuse("what random.Random.getstate returns")
    if gauss is not None:
        state[2].number("null or a number")
    return rng.getstate()  # as this Python writes it


def _refuse_infinities(path: str | os.PathLike[str], key: str, item: Any) -> None:
    if isinstance(item, float) and not math.isfinite(item):
        raise ValueError(f"{path}: {key} is {item}, which JSON cannot hold; nothing was written")
    for name, part in item.items() if isinstance(item, Mapping) else enumerate(item) if isinstance(item, list) else []:
        _refuse_infinities(path, f"{key}.{name}", part)


def _written(content: Mapping[str, Any]) -> str:
    """Return JSON with a line for each parameter and each part of what else there is."""
    parts = []
    for key, part in content.items():
        text = _json(part)
        if isinstance(part, dict):
            text = "{\n" + ",\n".join(f"    {_json(name)}: {_json(item)}" for name, item in part.items()) + "\n  }"
        parts.append(f"  {_json(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)
