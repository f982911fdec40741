"""A recorded computation as a program: straight-line steps, each a row of the table, and the code that languages make of them.

Reads the engine, ``autograd.text``, ``autograd.functional`` and ``autograd.explaining``; knows nothing of files and pictures.
"""

from autograd.compiling.compiled_function import Jit, jit
from autograd.compiling.compiler import clear_cache
from autograd.compiling.javascript_code import missing as missing_in_javascript
from autograd.compiling.javascript_code import source as javascript_source
from autograd.compiling.lowering import Lowering, Program, Step, lowered
from autograd.compiling.standalone import LANGUAGES, code

__all__ = [
    "LANGUAGES",
    "Jit",
    "Lowering",
    "Program",
    "Step",
    "clear_cache",
    "code",
    "javascript_source",
    "jit",
    "lowered",
    "missing_in_javascript",
]
