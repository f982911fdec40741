"""Exercises: the classic mistakes of backpropagation on a graph of one's own, and derivations with blanks.

Reads the engine, ``autograd.text`` and ``autograd.explaining``; knows nothing of pictures and steps.
"""

from autograd.teaching.classic_mistakes import mistakes, update_before_the_pass_is_done
from autograd.teaching.quizzes import quiz

__all__ = [
    "mistakes",
    "quiz",
    "update_before_the_pass_is_done",
]
