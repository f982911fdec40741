"""A recorded computation as a program: straight-line steps, each a row of the table, and the code that languages make of them.

Reads the engine, ``autograd.text`` and ``autograd.functional``; knows nothing of explanations, files and pictures.
"""

from autograd.compiling.compiled_function import Jit, jit
from autograd.compiling.compiler import clear_cache
from autograd.compiling.lowering import Lowering, Program, Step, lowered

__all__ = ["Jit", "Lowering", "Program", "Step", "clear_cache", "jit", "lowered"]
