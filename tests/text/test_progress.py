"""Bars for what takes long: where they are shown, what they say, and that they are gone at the end."""

from __future__ import annotations

import io
import sys
from functools import partial
from types import SimpleNamespace

import pytest

from autograd.text import progress_bar
from nn import MLP, fit
from nn.data import xor
from nn.losses import hinge
from nn.optim import SGD


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shown(monkeypatch):
    """Return a function that shows a bar on a stream, and returns what is then written there."""
    monkeypatch.setattr("autograd.text.progress.DELAY", 0)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)

    def show(stream, choice=None):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress_bar(4, choice) as told:
            for done in (0.5, 2, 4):
                told(done, f"loss {done}")
                told(done, "as before")
        return stream.getvalue()

    return show


def test_a_terminal_shows_a_bar_that_is_gone_at_the_end(shown):
    pytest.importorskip("tqdm")
    lines = shown(Terminal()).split("\r")
    assert any("0%|" in line for line in lines)
    assert lines[-2].strip() == lines[-1] == ""


def test_a_pipe_shows_nothing_unless_it_is_asked(shown):
    pytest.importorskip("tqdm")
    assert shown(io.StringIO()) == ""
    assert "0%|" in shown(io.StringIO(), True)


def test_a_terminal_shows_nothing_if_it_is_asked_not_to(shown):
    assert shown(Terminal(), False) == ""


def test_a_notebook_shows_a_bar_though_it_is_no_terminal(shown, monkeypatch):
    pytest.importorskip("tqdm")
    shell = SimpleNamespace(kernel=None)
    monkeypatch.setattr(
        "autograd.text.progress.sys", SimpleNamespace(modules={"IPython": SimpleNamespace(get_ipython=lambda: shell)})
    )
    assert "0%|" in shown(io.StringIO())


@pytest.mark.parametrize("shell", [None, SimpleNamespace()], ids=["a program", "IPython in a pipe"])
def test_where_a_notebook_might_run_but_does_not_there_is_no_bar(shown, monkeypatch, shell):
    modules = {"ipykernel": sys, "IPython": SimpleNamespace(get_ipython=lambda: shell)}
    stream = io.StringIO()
    monkeypatch.setattr("autograd.text.progress.sys", SimpleNamespace(modules=modules, stderr=stream))
    assert shown(stream) == ""


def test_without_tqdm_there_is_no_bar_and_no_error(shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert shown(Terminal()) == ""
    assert shown(Terminal(), True) == ""


def test_what_shows_nothing_loads_nothing(shown, monkeypatch):
    monkeypatch.delitem(sys.modules, "tqdm.auto", raising=False)
    shown(io.StringIO())
    assert "tqdm.auto" not in sys.modules


def test_where_there_is_no_standard_error_there_is_no_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with progress_bar(1) as told:
        told(1, "")


def test_a_bar_says_how_far_it_is_and_what_it_was_told_last(shown, monkeypatch):
    tqdm = pytest.importorskip("tqdm.auto").tqdm
    monkeypatch.setattr(
        "autograd.text.progress._tqdm", lambda: partial(tqdm, mininterval=0)
    )  # every time, not ten times a second
    lines = shown(Terminal()).split("\r")
    assert any(line.startswith(" 50%|#####  ") and line.rstrip().endswith(", loss 2") for line in lines)


@pytest.mark.parametrize("choice", [True, False])
def test_a_training_is_the_same_with_a_bar_and_without(capsys, monkeypatch, choice):
    monkeypatch.setattr("autograd.text.progress.DELAY", 0)
    model = MLP(2, [4, 1], seed=1)
    history = fit(model, hinge, xor(), SGD(model.parameters(), rate=0.1), epochs=5, batch_size=3, progress=choice)
    assert history.loss == fit_quietly().loss
    assert bool(capsys.readouterr().err) == choice


def fit_quietly():
    model = MLP(2, [4, 1], seed=1)
    return fit(model, hinge, xor(), SGD(model.parameters(), rate=0.1), epochs=5, batch_size=3)
