"""A recorded computation as a program: straight-line steps, each a row of the table, and the code that languages make of them.

Reads the engine; knows nothing of explanations, files and pictures.
"""

from autograd.compiling.lowering import Lowering, Program, Step, lowered

__all__ = ["Lowering", "Program", "Step", "lowered"]
