"""Programs in Python that import nothing but math: a row is an operator, or the engine's own function, as it stands there."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
from collections.abc import Mapping, Sequence

from autograd.compiling.translating import OURS, Language, Text
from autograd.compiling.writing import Summary, Target
from autograd.engine import primitives as p
from autograd.engine.primitive import Primitive

BY_HAND = {
    "half_squared_error": """
def half_squared_error(target, output):
    return 0.5 * (target - output) * (target - output)
"""
}


class _Python(Language):
    def name(self, function: str) -> str:
        return function

    def text(self, op: Primitive, args: Sequence[Text]) -> str:
        if op is p.remainder:
            return f"({args[0]}) % ({args[1]})"
        if op is p.power and re.fullmatch(r"-?\d+\.0", str(args[1])):
            return f"{args[0]}**{args[1]}" if str(args[0]).isidentifier() else f"({args[0]})**{args[1]}"
        return super().text(op, args)

    def function(self, name: str) -> str:
        """Return a function as the engine has it, without what is meant for type checkers and linters."""
        if name in self.by_hand:
            return self.by_hand[name].strip()
        source = inspect.getsource(OURS[name])
        [tree] = ast.parse(source).body
        assert isinstance(tree, ast.FunctionDef)
        for argument in tree.args.args:
            argument.annotation = None
        lines = [re.sub(r"  # noqa.*", "", line) for line in source.splitlines()[tree.body[0].lineno - 1 :]]
        lines = [re.sub(r"^( +\w+): \w+ = ", r"\1 = ", line) for line in lines]
        return "\n".join([f"def {name}({ast.unparse(tree.args)}):", *lines])


PYTHON = _Python(
    head="", parameter="", assignment="",  # functions are not translated
    equal="==", unequal="!=",
    constants={"nan": "math.nan", "inf": "math.inf", "pi": "math.pi"},
    of_math="{}",
    other={},
    prefix="",
    sequence=lambda items: f"[{', '.join(items)}]",
    by_hand=BY_HAND,
    words=frozenset([*keyword.kwlist, *dir(builtins), "math"]),
)  # fmt: skip


def _head(about: Summary, used: Mapping[int, str]) -> list[str]:
    return [f"def {about.name}({', '.join(about.inputs)}):"]


def _result(outputs: list[str], is_gradient: bool) -> list[str]:
    value, *others = outputs
    return [f"return {value}, [{', '.join(others)}]" if is_gradient else f"return {', '.join(outputs)}"]


def _file(about: Summary, functions: Sequence[str], function: str) -> str:
    text = "\n\n\n".join([*functions, function])
    said = about.said()
    doc = [*said[:-1], f'{said[-1]}"""'] if len(said) == 1 else [*said, '"""']
    return "\n".join(['"""' + doc[0], *doc[1:], "", *["import math", "", ""] * ("math." in text), text, ""])


TARGET = Target(
    language=PYTHON,
    comment="# {}",
    assignment="{} = {}",
    begin="if {}:",
    end="",
    negated="not ({})",
    failure='raise ValueError("this way through the branches was not recorded")',
    finite="",
    head=_head,
    result=_result,
    tail="",
    largest=0,
    file=_file,
)
