"""What rows are in other languages: an operator, a function of the language, or the Python source of one, translated.

The translation goes as far as most of ``floats`` and ``powers`` go: returns, ifs without else, assignments and expressions.
What has loops, lists or exceptions a language has written by hand.
"""

from __future__ import annotations

import ast
import inspect
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import BuiltinFunctionType, FunctionType
from typing import NamedTuple, TypeAlias

from autograd.engine import floats, powers
from autograd.engine import primitives as p
from autograd.engine.primitive import Primitive

Text: TypeAlias = "str | Sequence[str]"  # of an argument; of a sequence, the texts of its items

INFIX = {p.add: "{} + {}", p.subtract: "{} - {}", p.multiply: "{} * {}", p.divide: "{} / {}", p.negative: "-{}"}
BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
ORDERED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
QUESTIONS = {"isfinite", "isinf", "isnan"}
OURS = {
    function.__name__: function
    for module in (powers, floats)
    for function in vars(module).values()
    if isinstance(function, FunctionType) and function.__module__ == module.__name__
}


class Language(NamedTuple):
    """How a language writes functions of floats."""

    head: str  # of a function, given its name and parameters
    parameter: str
    assignment: str
    equal: str
    unequal: str
    constants: Mapping[str, str]  # of math
    of_math: str  # a function of math, where it is no other
    other: Mapping[str, str]  # names of functions of math or ours, where they are not the usual ones
    prefix: str  # of ours
    sequence: Callable[[Sequence[str]], str]  # as an argument, given its items
    by_hand: Mapping[str, str]  # functions of ours, or that are no language's own, as text
    words: frozenset[str]  # that are no names

    def missing(self, op: Primitive) -> str:
        """Return why a row has no text here; an empty string if it has one."""
        if vars(p).get(op.name) is not op:
            return f"{op.name} is none of the engine's own operations, which alone are written as code"
        try:
            self.functions([self.text(op, ["x"] * op.arity)])
        except NotImplementedError as error:
            return f"{op.name} is what Python alone does: {error}"
        return ""

    def text(self, op: Primitive, args: Sequence[Text]) -> str:
        """Return an operation on texts of its arguments."""
        if op in INFIX:
            *first, last = map(str, args)
            return INFIX[op].format(*first, f"({last})" if last.startswith("-") else last)
        if op is p.weighted_sum:
            weights, inputs, bias = args
            return self.call("total", [*[self.text(p.multiply, pair) for pair in zip(weights, inputs, strict=True)], str(bias)])
        if op is p.half_squared_error and not isinstance(args[0], str):
            return self.call("total", [self.text(op, pair) for pair in zip(*args, strict=True)])
        if op is p.logaddexp:
            return self.call("log_sum_exp", [*map(str, args)])
        return self.call(self._python_name(op), *args)

    def constant(self, x: float) -> str:
        """Return a number as text."""
        return repr(float(x)).replace("nan", self.constants["nan"]).replace("inf", self.constants["inf"])

    def call(self, name: str, *args: Text) -> str:
        """Return a call of a function, which has the name of Python's."""
        written = [arg if isinstance(arg, str) else self.sequence(arg) for arg in args]
        return f"{self.name(name)}({', '.join(written)})"

    def name(self, function: str) -> str:
        """Return the name of a function of ``floats`` or ``powers``, or of one of math, ``math.`` before it."""
        if function in self.other:
            return self.other[function]
        return self.of_math.format(function[5:]) if function.startswith("math.") else self.prefix + function.lstrip("_")

    @property
    def taken(self) -> set[str]:
        """What no variable may be called."""
        of_math = [self.of_math.format(name) for name in dir(math) if callable(getattr(math, name))]
        return {*self.words, *of_math, *[self.name(name) for name in [*OURS, *self.by_hand, *self.other]]}

    def functions(self, texts: Sequence[str]) -> list[str]:
        """Return the functions that texts call, and those that these call, each after all that it calls."""
        ours = {self.name(name): name for name in OURS if name not in self.other}
        ours |= {self.name(name): name for name in self.by_hand}
        found: dict[str, str] = {}
        asked = set()

        def find(text: str) -> None:
            for called in re.findall(r"(?<![\w.])(\w+)\(", text):
                if called in ours and called not in asked:
                    asked.add(called)
                    body = self.function(ours[called])
                    find(body)
                    found[called] = body

        for text in texts:
            find(text)
        return [*found.values()]

    def function(self, name: str) -> str:
        """Return a function as text: the one written by hand, or Python's."""
        if name in self.by_hand:
            return self.by_hand[name].strip()
        tree = _tree(name)
        body = tree.body[ast.get_docstring(tree) is not None :]
        lines = [line for statement in body for line in self.statement(statement)]
        parameters = ", ".join([self.parameter.format(argument.arg) for argument in tree.args.args])
        return "\n".join([self.head.format(self.name(name), parameters), *[f"    {line}" for line in lines], "}"])

    def statement(self, node: ast.stmt) -> list[str]:
        match node:
            case ast.Return(value=ast.expr() as value):
                return [f"return {bare(self.expression(value))};"]
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return [self.assignment.format(name, bare(self.expression(value)))]
            case ast.If(test=test, body=[only], orelse=[]):
                return [f"if ({bare(self.condition(test))}) {line}" for line in self.statement(only)]
        raise NotImplementedError(ast.unparse(node))

    def expression(self, node: ast.expr) -> str:
        write = self.expression
        match node:
            case ast.Constant(value=float(x)):
                return repr(x)
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name in self.constants:
                return self.constants[name]
            case ast.Name(id=name):
                return name
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return f"-{write(x)}"
            case ast.BinOp(left=ast.Constant(), right=ast.Constant() | ast.UnaryOp(operand=ast.Constant())):
                return repr(float(eval(ast.unparse(node))))
            case ast.BinOp(left=x, op=ast.Pow(), right=y):
                return f"{self.name('**')}({bare(write(x))}, {bare(write(y))})"
            case ast.BinOp(left=x, op=ast.Mod(), right=y):
                return f"{self.name('%')}({bare(write(x))}, {bare(write(y))})"
            case ast.BinOp(left=x, op=op, right=y) if type(op) in BINARY:
                return f"({write(x)} {BINARY[type(op)]} {write(y)})"
            case ast.IfExp(test=test, body=x, orelse=y):
                return f"({bare(self.condition(test))} ? {write(x)} : {write(y)})"
            case ast.Call(func=ast.Name(id="max"), args=[x, y]):
                return f"({write(y)} > {write(x)} ? {write(y)} : {write(x)})"
            case ast.Call(func=function, args=args):
                name = ast.unparse(function)
                if name in OURS or name == "abs" or name.startswith("math."):
                    return f"{self.name(name)}({', '.join([bare(write(x)) for x in args])})"
            case ast.Compare() | ast.BoolOp():
                return self.condition(node)
        raise NotImplementedError(ast.unparse(node))

    def condition(self, node: ast.expr) -> str:
        """Return what Python takes for true: a number that is not 0, be it nan."""
        match node:
            case ast.BoolOp(op=op, values=values):
                return f"({(' && ' if isinstance(op, ast.And) else ' || ').join([self.condition(x) for x in values])})"
            case ast.UnaryOp(op=ast.Not(), operand=x):
                return f"!{self.condition(x)}"
            case ast.Compare(left=first, ops=ops, comparators=others):
                words = [self.expression(x) for x in (first, *others)]
                signs = {**ORDERED, ast.Eq: self.equal, ast.NotEq: self.unequal}
                parts = [f"({x} {signs[type(op)]} {y})" for x, op, y in zip(words, ops, words[1:], strict=False)]
                return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"
            case ast.Call(func=ast.Attribute(attr=name)) if name in QUESTIONS:
                return self.expression(node)
        return f"({self.expression(node)} {self.unequal} 0.0)"

    def _python_name(self, op: Primitive) -> str:
        if isinstance(op.value, BuiltinFunctionType):
            return "abs" if op.value is operator.abs else "%" if op.value is operator.mod else f"math.{op.value.__name__}"
        if op.value.__name__ not in OURS:
            raise NotImplementedError(f"its value, {op.value.__name__}, is no function of math, floats.py or powers.py")
        return str(op.value.__name__)


@cache
def _tree(name: str) -> ast.FunctionDef:
    [tree] = ast.parse(inspect.getsource(OURS[name])).body
    assert isinstance(tree, ast.FunctionDef)
    return tree


def bare(text: str) -> str:
    """Return an expression without parentheses around all of it."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text
