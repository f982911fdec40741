"""Files written wholly or not at all."""

from __future__ import annotations

import os
import stat
import sys

import pytest

import nn
from autograd import draw, save_graph, step
from autograd.storing.files import write_atomically
from nn.__main__ import main
from nn.note import load

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="links, permissions and pipes are POSIX's")


def test_a_text_is_written_as_it_is(tmp_path):
    write_atomically(tmp_path / "a", "∂E\r\nx\n")
    assert (tmp_path / "a").read_bytes() == "∂E\r\nx\n".encode()


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    (tmp_path / "a").write_text("old, and longer")
    write_atomically(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "new"}


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_after_a_failure_the_old_content_is_there_and_nothing_else(tmp_path, monkeypatch, failing, error):
    def fail(*args):
        raise error

    (tmp_path / "a").write_text("old")
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(type(error)):
        write_atomically(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_what_utf_8_cannot_hold_leaves_the_file_alone(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(tmp_path / "a", "\ud800")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_atomically(tmp_path / "nowhere" / "a", "new")


def test_the_file_that_was_asked_for_is_named_not_a_temporary_one(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(tmp_path / "nowhere" / "a", "new")
    assert caught.value.filename == str(tmp_path / "nowhere" / "a")
    assert str(caught.value).endswith(f"nowhere{os.sep}a'")


@on_posix
def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "there" / "a")
    write_atomically(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "a").read_text() == "new"


@on_posix
def test_permissions_are_those_of_the_old_file_or_those_that_new_files_have(tmp_path):
    (tmp_path / "old").write_text("old")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "usual").write_text("")
    write_atomically(tmp_path / "old", "new")
    write_atomically(tmp_path / "new", "new")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"old": 0o640, "usual": modes["usual"], "new": modes["usual"]}


@on_posix
def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(tmp_path / "pipe", "new")
        assert os.read(reader, 100) == b"new"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@on_posix
@pytest.mark.parametrize("path", ["/dev/full", "/"])
def test_what_cannot_be_written_is_named(path):
    with pytest.raises(OSError, match=f": '{path}'$") as caught:
        write_atomically(path, "new")
    assert (caught.value.filename, caught.value.filename2) == (path, None)


def test_bytes_are_written_as_they_are(tmp_path):
    write_atomically(tmp_path / "a", b"\xff\r\n")
    assert (tmp_path / "a").read_bytes() == b"\xff\r\n"


# --- all that writes files ---

WRITERS = {
    "graph.json": lambda path: save_graph(load().error(), path),
    "training.json": lambda path: nn.save(path, nn.MLP(1, [1], seed=1)),
    "history.txt": lambda path: nn.History(columns={"loss": [1.0]}).save(path),
    "steps.html": lambda path: step(load().error()).save(path),
    "picture.svg": lambda path: draw(load().error(), layout="builtin").save(path),
    "picture.dot": lambda path: draw(load().error(), layout="builtin").save(path),
}
OPTIONS = {"note.html": "--html", "note.svg": "--svg", "note.tex": "--latex", "note.md": "--markdown"}


def failing(monkeypatch):
    def fail(source, target):
        raise PermissionError(13, "Permission denied", source, None, target)

    monkeypatch.setattr(os, "replace", fail)


@pytest.mark.parametrize(("name", "write"), WRITERS.items(), ids=WRITERS)
def test_whoever_writes_a_file_leaves_the_old_one_after_a_failure_and_names_it(tmp_path, monkeypatch, name, write):
    write(tmp_path / name)
    (tmp_path / name).write_text("old")
    failing(monkeypatch)
    with pytest.raises(PermissionError) as caught:
        write(tmp_path / name)
    assert str(caught.value) == f"[Errno 13] Permission denied: '{tmp_path / name}'"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "old"}


@pytest.mark.parametrize(("name", "option"), OPTIONS.items(), ids=OPTIONS)
def test_so_does_the_command(tmp_path, monkeypatch, capsys, name, option):
    path = tmp_path / name
    assert main([option, str(path)]) == 0
    path.write_text("old")
    failing(monkeypatch)
    assert main([option, str(path)]) == 2
    assert capsys.readouterr() == ("", f"wrote {path}\nnn: {path}: Permission denied\n")  # the second time, it is not written
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "old"}


def test_the_file_that_the_user_gave_is_named_where_numbers_are_compared(tmp_path, capsys):
    path = tmp_path / "claims.json"
    path.write_text('{"w99": 1}')
    assert main(["--against", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"nn: {path}: there is no 'w99' to compare with")
