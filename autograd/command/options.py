"""The options that commands share: parts of what is to be known about a graph, printed or written to files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from autograd.command.running import as_json
from autograd.compiling import LANGUAGES, code
from autograd.drawing import draw
from autograd.engine.graph import topological_order
from autograd.engine.value import Value
from autograd.explaining import Derivation, Rate, derive, explain
from autograd.stepping import Stepper, step, walk
from autograd.storing import write_atomically
from autograd.teaching import quiz
from autograd.text import clean, latex_document, listed

FILES = ("svg", "html", "latex", "markdown")
NEEDED = {"layout": ("svg", "html"), "answers": ("quiz",)}  # by options that are nothing without others


def add_options(parser: argparse.ArgumentParser) -> Any:
    """Add the shared options to a parser; return the group of those that ask for parts, to which more can be added."""
    parser.add_argument("--json", action="store_true", help="print the same content as JSON")
    parser.add_argument("--version", action="store_true", help="print the version, and nothing else")
    parts = parser.add_argument_group("instead of all this")
    add = parts.add_argument
    add("--step", action="store_true", help="walk through it step by step, with keys; all steps as text in a pipe")
    add("--html", metavar="FILE", help="write it as one HTML page to play with, in any browser; as .svg, a picture that plays")
    add("--derive", nargs="?", const="", metavar="NAME", help="print the derivation alone, or only that of one gradient")
    add("--explain", metavar="NAME", help="explain one gradient: along which paths it comes, and factored")
    add("--quiz", type=count, metavar="SEED", help="print the derivation with blanks to fill in")
    add("--answers", nargs="+", metavar="N=…", help="mark the quiz: an answer for each blank, by its number, as in 1=0.25")
    add("--svg", metavar="FILE", help="draw the graph with its values, gradients and partials")
    add("--layout", choices=["builtin", "dot", "auto"], help="the pictures' layout (default: builtin; dot is Graphviz's)")
    add("--latex", metavar="FILE", help="write the derivation as a LaTeX document")
    add("--markdown", metavar="FILE", help="write the derivation as a Markdown table")
    add(
        "--code",
        choices=LANGUAGES,
        help="print a file of code with a function of value and gradient, and nothing of this project",
    )
    return parts


class _Code(str):
    """A file as a report."""

    def as_data(self) -> str:
        return str(self)


def count(text: str) -> int:
    """Return the whole number that an option is given."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number from 0, but got {text!r}")
    return int(text)


@dataclass
class Subject:
    """The graph that a command is about, and how it is drawn, derived and stepped through."""

    root: Value
    wrt: Sequence[Value]
    module: Any = None
    rate: Rate | None = None
    rounds: int = 1


@dataclass
class Parts:
    """The parts that options ask for; a command may add some of its own, which ``told`` makes.

    ``needed`` has options that are nothing without one of others, "" among them if they belong to the whole, too.
    """

    options: argparse.Namespace
    told: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    needed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def check(self) -> None:
        """Raise ValueError for an option that would do nothing beside the others."""
        parts = self.asked()
        for name, others in {**NEEDED, **self.needed}.items():
            whole = "" in others and not self.replace_the_whole()
            if self._given(name) and not whole and not any(map(self._given, filter(None, others))):
                meant = listed([f"--{other}" if other else "the whole page" for other in others])
                beside = f" beside {listed([f'--{part}' for part in parts])}" if parts else ""
                raise ValueError(f"--{name} does nothing{beside}; it is for {meant}")

    def asked(self) -> list[str]:
        """Return which parts are asked for."""
        return [*filter(self._given, FILES), *self._printed()]

    def replace_the_whole(self) -> bool:
        """Tell whether the whole page is not wanted: something else is printed, or written and no JSON is asked for."""
        return bool(self._printed() or (not self.options.json and any(map(self._given, FILES))))

    def _given(self, name: str) -> bool:
        return getattr(self.options, name) not in (None, False)

    def _printed(self) -> list[str]:
        return [name for name in ("derive", "explain", *self.told, "quiz", "code", "step") if self._given(name)]

    def give(self, subject: Subject) -> None:
        """Write and print them."""
        for name in filter(self._given, FILES):
            path = getattr(self.options, name)
            self._write(name, path, subject)
            print(f"wrote {clean(path)}", file=sys.stderr)
        printed = self._printed()
        reports = {name: self._report(name, subject) for name in printed if name != "step"}
        steps = _steps(subject) if self.options.step else None
        if self.options.json and printed:
            data = {name: report.as_data() for name, report in ({**reports, "step": steps} if steps else reports).items()}
            print(as_json(data if len(data) > 1 else data[printed[0]]))
        else:
            print("\n\n".join(map(str, reports.values())), end="\n" * bool(reports) + "\n" * bool(reports and steps))
            if steps:
                walk(steps)

    def _write(self, name: str, path: str, subject: Subject) -> None:
        layout = self.options.layout or "builtin"
        if name == "svg":
            subject.root.backward()
            draw(subject.root, module=subject.module, layout=layout).save(path)
        elif name == "html":
            _steps(subject).save(path, layout=layout)
        else:
            derivation = self._derivation(subject)
            latex = name == "latex"
            write_atomically(path, latex_document(derivation.to_latex()) if latex else derivation.to_markdown() + "\n")

    def _report(self, name: str, subject: Subject) -> Any:
        if name == "derive":
            return self._derivation(subject)
        if name == "explain":
            return explain(subject.root, node_called(self.options.explain, subject.root))
        if name == "quiz":
            asked = quiz(subject.root, subject.wrt, seed=self.options.quiz)
            if self.options.answers is None:
                return asked
            return asked.check(_answers(self.options.answers, [blank.name for blank in asked.blanks]))
        if name == "code":
            return _Code(code(subject.root, self.options.code, by=subject.wrt).rstrip())
        return self.told[name]()

    def _derivation(self, subject: Subject) -> Derivation:
        """Return the derivation of all gradients, or of the one that is asked for."""
        derivation, name = derive(subject.root, subject.wrt), self.options.derive
        if not name:
            return derivation
        return derivation.only(name) if name in derivation.gradients else derive(subject.root, node_called(name, subject.root))


def _steps(subject: Subject) -> Stepper:
    parameters = subject.wrt if subject.rate is not None else ()
    return step(subject.root, rate=subject.rate, parameters=parameters, rounds=subject.rounds)


def node_called(name: str, root: Value) -> Value:
    """Return a node of a graph by its label; raise ValueError, with what may be meant, if there is none."""
    nodes = {node.label: node for node in topological_order(root) if node.label}
    if name not in nodes:
        by_case = {label.casefold(): label for label in nodes}
        close = [by_case[match] for match in get_close_matches(name.casefold(), by_case, n=2)]
        meant = f"did you mean {' or '.join(close)}?" if close else f"there are {listed(sorted(nodes), 30)}"
        raise ValueError(f"there is no node {name!r}; {meant}")
    return nodes[name]


def _answers(given: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return the answers that are given as "1=0.25", by the names of the blanks."""
    answers = {}
    for text in given:
        number, equals, answer = text.partition("=")
        if not equals or not number.strip().isdecimal():
            raise ValueError(f"an answer is given as 1=0.25, with the number of its blank, but got {text!r}")
        if not 1 <= int(number) <= len(names):
            raise ValueError(f"there is no blank {int(number)}; there are 1 to {len(names)}")
        answers[names[int(number) - 1]] = answer
    return answers
