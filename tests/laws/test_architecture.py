"""The architecture: rooms import rooms above them, by their doors, without circles; and the engine is of a size to read."""

from __future__ import annotations

import pytest
from architecture import House, strongly_connected
from project import ROOT

VALUE, WORDS = "autograd.engine.value", "autograd.micrograd.attributes"
ALLOWED = {  # imports that no check objects to, each with its reason
    (VALUE, WORDS): "Value takes on micrograd's words, the only import that goes up",
    (
        "autograd.engine.copied",
        "autograd.engine.copying",
    ): "copies and pickles are made seldom, and what makes them is slow to import",
    ("autograd.engine.numpy_door", "autograd.engine.numpy_functions"): "NumPy, which asks for it, is an extra",
    ("autograd.engine.numpy_door", "autograd.engine.numpy_ufuncs"): "NumPy, which asks for it, is an extra",
    ("autograd.engine.numpy_door", "autograd.engine.numpy_arrays"): "NumPy, whose arrays are given or wanted, is an extra",
    ("autograd.functional.pytree", "autograd.engine.numpy_arrays"): "NumPy, whose arrays were given, is an extra",
    ("autograd.compiling.compiled_function", "autograd.compiling.columns"): "NumPy, whose columns were given, is an extra",
    (WORDS, "autograd.micrograd.by_hand"): "operations by hand are for those who write them, and slow to import",
    (WORDS, "autograd.micrograd.closures"): "closures are for those who write them, and slow to import",
    (
        "autograd.checking.graph_check",
        "autograd.micrograd.by_hand",
    ): "the engine opens that room's door, so it offers but what is quick",
    (
        "autograd.storing.loading",
        "autograd.micrograd.by_hand",
    ): "the engine opens that room's door, so it offers but what is quick",
    (
        "autograd.storing.saving",
        "autograd.micrograd.by_hand",
    ): "the engine opens that room's door, so it offers but what is quick",
    ("autograd.stepping.terminal", "autograd.stepping.keys"): "prompt_toolkit is an extra",
    ("nn.training.history", "nn.plots"): "a history is drawn by matplotlib, which not everybody has installed",
}


@pytest.fixture(scope="module")
def house():
    return House(ROOT, ALLOWED)


def in_order(objections):
    if objections:
        pytest.fail("\n".join(objections), pytrace=False)


# --- this house ---


def test_every_file_stands_in_a_room(house):
    in_order(house.homeless())


def test_a_room_imports_only_rooms_above_it(house):
    in_order(house.upward())


def test_no_files_import_each_other_in_a_circle(house):
    in_order(house.circles())


def test_no_import_of_our_own_stands_inside_a_function_or_is_for_type_checkers_alone(house):
    in_order(house.hidden())


def test_the_engine_and_micrograd_import_files_of_the_engine_and_never_names_from_its_door(house):
    in_order(house.names_from_the_engines_door())


def test_other_rooms_are_entered_by_their_doors(house):
    in_order(house.past_doors())


def test_a_file_imports_the_files_of_its_room_and_not_its_door(house):
    in_order(house.through_their_own_doors())


def test_no_file_has_the_name_of_something_that_its_room_exports(house):
    in_order(house.hidden_files())


def test_every_room_says_what_it_is_for_and_what_it_exports(house):
    in_order(house.silent_rooms())


def test_every_room_says_which_rooms_it_reads(house):
    in_order(house.misread_rooms())


def test_every_exception_is_needed_and_has_a_reason(house):
    in_order(house.idle_exceptions())


CORE = [f"autograd.engine.{name}" for name in ("node", "graph", "value", "primitive", "primitives")]


def test_the_core_of_the_engine_can_be_read_in_one_sitting(house):
    missing = [module for module in CORE if module not in house.sources]
    assert not missing, f"these files of the engine's core do not exist: {', '.join(missing)}"
    sizes = {module: house.lines(module) for module in CORE}
    told = " + ".join(f"{module.rpartition('.')[2]} {lines}" for module, lines in sizes.items())
    print(f"{told} = {sum(sizes.values())} lines")
    assert sum(sizes.values()) <= 950, f"the core of the engine is longer than 950 lines: {told} = {sum(sizes.values())}"


def test_value_can_be_read_in_a_few_minutes(house):
    lines = house.lines("autograd.engine.value")
    print("value:", lines, "lines")
    assert lines <= 260, f"value.py has {lines} lines, more than 260"


# --- other houses, to see each check fail ---


@pytest.fixture
def built(tmp_path):
    """Return a function that builds rooms with doors that are in order, and besides, files with the text given."""

    def build(files, exceptions=None):
        texts = {f"{folder}/__init__.py": f'"""A {folder}."""\n\n__all__ = ["a"]\n' for folder in ("autograd", "nn")}
        for name in files:
            room = name.rpartition("/")[0]
            texts.setdefault(f"{room}/__init__.py", f'"""The room {room}."""\n\n__all__ = ["a"]\n')
        for name, text in {**texts, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return House(tmp_path, exceptions)

    return build


SOUND = {
    "autograd/__init__.py": '"""All."""\nfrom autograd.text import names\nimport autograd.engine.value\n__all__ = ["names"]\n',
    "autograd/__main__.py": "import nn\nfrom autograd.text.names import names_of\n",
    "autograd/engine/__init__.py": '"""Engine."""\nfrom autograd.engine.value import Value\n__all__ = ["Value"]\n',
    "autograd/engine/floats.py": "import math\n",
    "autograd/engine/value.py": "from autograd.engine import floats\nfrom .floats import sqrt\n",
    "autograd/micrograd/__init__.py": '"""Words.\n\nReads the engine."""\n__all__ = ["a"]\n',
    "autograd/micrograd/words.py": "from autograd.engine import floats\nimport autograd.engine.value as v\n",
    "autograd/teaching/__init__.py": '"""Quizzes.\n\nReads the engine and ``autograd.text``; no more."""\n__all__ = ["a"]\n',
    "autograd/text/names.py": "def f():\n    import numpy\n",
    "autograd/teaching/quizzes.py": "from autograd.text import f\nfrom autograd.engine import Value\nfrom . import slips\n",
    "autograd/teaching/slips.py": "from autograd.engine.value import Value\n",
    "nn/__init__.py": '"""Nets."""\nfrom nn import losses\nfrom nn.training import fit\n__all__ = ["fit", "losses"]\n',
    "nn/__main__.py": "from nn import losses\nfrom nn.note import load\n",
    "nn/losses.py": "from autograd import Value\n",
    "nn/training/fitting.py": "from nn.losses import hinge\n",
    "nn/note/report.py": "from nn.training import fit\nfrom nn.losses import hinge\n",
}


CHECKS = [
    House.homeless, House.upward, House.circles, House.hidden, House.names_from_the_engines_door, House.past_doors,
    House.through_their_own_doors, House.hidden_files, House.silent_rooms, House.misread_rooms,
    House.idle_exceptions,
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_house_in_order_is_left_in_peace(built, check):
    assert check(built(SOUND)) == []


VIOLATIONS = {
    "a file in no room": (
        House.homeless,
        {"autograd/helpers.py": "", "autograd/cellar/wine.py": ""},
        ["autograd.cellar stands in no room", "autograd.cellar.wine stands in no room", "autograd.helpers stands in no room"],
    ),
    "a later room": (
        House.upward,
        {"autograd/text/names.py": "from autograd.drawing import draw\n", "autograd/drawing/svg.py": ""},
        ["autograd.text.names, line 1, imports draw from autograd.drawing: which comes later"],
    ),
    "a later room by a plain import": (
        House.upward,
        {"autograd/engine/value.py": "x = 1\nimport autograd.text.names\n", "autograd/text/names.py": ""},
        ["autograd.engine.value, line 2, imports autograd.text.names: which comes later"],
    ),
    "a later room by dots": (
        House.upward,
        {"autograd/text/names.py": "from ..drawing.svg import f\nfrom ..drawing import svg", "autograd/drawing/svg.py": ""},
        [
            "autograd.text.names, line 1, imports f from autograd.drawing.svg: which comes later",
            "autograd.text.names, line 2, imports autograd.drawing.svg: which comes later",
        ],
    ),
    "the whole package": (
        House.upward,
        {"autograd/text/names.py": "from autograd import Value\n"},
        ["autograd.text.names, line 1, imports Value from autograd: which comes later"],
    ),
    "networks": (
        House.upward,
        {"autograd/stepping/steps.py": "import nn.losses\n", "nn/losses.py": ""},
        ["autograd.stepping.steps, line 1, imports nn.losses: which comes later"],
    ),
    "a folder of networks from their files": (
        House.upward,
        {
            "nn/losses.py": "from nn.training import fit",
            "nn/training/fitting.py": "from nn.note import load",
            "nn/note/network.py": "",
        },
        [
            "nn.losses, line 1, imports fit from nn.training: which comes later",
            "nn.training.fitting, line 1, imports load from nn.note: which comes later",
        ],
    ),
    "two files in a circle": (
        House.circles,
        {"nn/a.py": "from nn.b import f\n", "nn/b.py": "def f():\n    from nn import a\n"},
        ["nn.a, nn.b import each other"],
    ),
    "three files and a door in a circle": (
        House.circles,
        {
            "autograd/engine/__init__.py": "from autograd.engine.c import g\n",
            "autograd/engine/a.py": "from autograd.engine.b import f\n",
            "autograd/engine/b.py": "from autograd.engine import g\n",
            "autograd/engine/c.py": "from autograd.engine import a\n",
        },
        ["autograd.engine, autograd.engine.a, autograd.engine.b, autograd.engine.c import each other"],
    ),
    "an import inside a function": (
        House.hidden,
        {"nn/a.py": "class A:\n    async def f(self):\n        if self:\n            from nn import b\n", "nn/b.py": ""},
        ["nn.a, line 4, imports nn.b: inside a function"],
    ),
    "an import of itself inside a function": (
        House.hidden,
        {"nn/a.py": "def f():\n    from nn import a\n"},
        ["nn.a, line 2, imports nn.a: inside a function"],
    ),
    "an import for type checkers": (
        House.hidden,
        {"nn/a.py": "import typing\nif typing.TYPE_CHECKING:\n    from nn.b import B\n", "nn/b.py": ""},
        ["nn.a, line 3, imports B from nn.b: for type checkers alone"],
    ),
    "names from the engine's door": (
        House.names_from_the_engines_door,
        {
            "autograd/engine/hooks.py": "from autograd.engine import Value, hooks\n",
            "autograd/micrograd/words.py": "import autograd.engine\n",
        },
        [
            "autograd.engine.hooks, line 1, imports Value from autograd.engine: here only its files",
            "autograd.micrograd.words, line 1, imports autograd.engine: here only its files",
        ],
    ),
    "past a door": (
        House.past_doors,
        {
            "autograd/drawing/svg.py": "from autograd.text.names import names_of\nfrom autograd.text import names\n",
            "autograd/text/names.py": "",
            "nn/losses.py": "import autograd.text.names\n",
        },
        [
            "autograd.drawing.svg, line 1, imports names_of from autograd.text.names: autograd.text is the door",
            "autograd.drawing.svg, line 2, imports autograd.text.names: autograd.text is the door",
            "nn.losses, line 1, imports autograd.text.names: autograd.text is the door",
        ],
    ),
    "through its own door": (
        House.through_their_own_doors,
        {"autograd/text/names.py": "from autograd.text import table\n", "nn/training/fitting.py": "from nn import MLP\n"},
        [
            "autograd.text.names, line 1, imports table from autograd.text: the door of where it stands itself",
            "nn.training.fitting, line 1, imports MLP from nn: the door of where it stands itself",
        ],
    ),
    "a file that an export hides": (
        House.hidden_files,
        {
            "autograd/drawing/__init__.py": "from autograd.drawing.draw import draw\n__all__ = ['draw']\n",
            "autograd/drawing/draw.py": "",
        },
        ["autograd.drawing exports draw, which hides its file of that name"],
    ),
    "a room without a word": (
        House.silent_rooms,
        {"autograd/text/__init__.py": "x = 1\n", "nn/note/__init__.py": '"""The note."""\n__all__ = []\n'},
        ["autograd.text has no docstring", "autograd.text has no __all__", "nn.note has no __all__"],
    ),
    "a room that says it reads others than it does": (
        House.misread_rooms,
        {
            "autograd/drawing/__init__.py": '"""Reads the engine\nand ``autograd.storing``. Not ``autograd.text``."""\n',
            "autograd/drawing/words.py": "from autograd.text import names\nfrom autograd.engine import floats\n",
            "autograd/engine/floats.py": "",
            "autograd/text/names.py": "from autograd.engine import floats\n",
        },
        [
            "autograd.drawing reads autograd.text, which its docstring leaves out",
            "autograd.drawing reads nothing of autograd.storing, which its docstring names",
            "autograd.text reads autograd.engine, which its docstring leaves out",
        ],
    ),
}


@pytest.mark.parametrize(("check", "files", "expected"), VIOLATIONS.values(), ids=VIOLATIONS.keys())
def test_each_violation_is_told_and_nothing_else(built, check, files, expected):
    told = check(built(files))
    assert len(told) == len(expected), told
    for sentence, start in zip(told, expected, strict=True):
        assert sentence.startswith(start)


def test_a_room_without_a_door_is_told(tmp_path):
    (tmp_path / "autograd" / "text").mkdir(parents=True)
    (tmp_path / "autograd" / "text" / "names.py").write_text("")
    assert House(tmp_path).silent_rooms() == ["autograd.text has no __init__.py"]


UP = {
    "autograd/engine/value.py": "from autograd.micrograd.words import Words\n",
    "autograd/micrograd/words.py": "from autograd.engine import value\n",
}
EDGE = ("autograd.engine.value", "autograd.micrograd.words")


def test_no_check_objects_to_an_exception(built):
    for found in (built(UP), built(UP, {EDGE: "as a test"})):
        told = [bool(check(found)) for check in (House.upward, House.circles, House.past_doors, House.idle_exceptions)]
        assert told == [not found.exceptions] * 3 + [False]


def test_an_exception_that_nothing_needs_is_told(built):
    idle = {EDGE: "as a test", ("autograd.micrograd.words", "autograd.engine.hooks"): "as a test"}
    assert built(UP, idle).idle_exceptions() == ["autograd.micrograd.words may import autograd.engine.hooks, but need not"]


def test_an_exception_without_a_reason_is_told(built):
    told = built(UP, {EDGE: ""}).idle_exceptions()
    assert told == ["why autograd.engine.value may import autograd.micrograd.words is not said"]


def test_nodes_that_lead_to_each_other_are_one_group():
    targets = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": ["d"], "f": ["a"]}
    assert strongly_connected(targets) == [{"a", "b", "c"}, {"d", "e"}, {"f"}]
