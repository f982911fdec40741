"""Other engines' words for the record: what programs for micrograd, its lectures, and microgpt read and write.

Reads the engine: the record, the table, plain floats and whether operations are recorded; knows nothing of ``Value``, which
takes these words on.
"""

from autograd.micrograd.attributes import Attributes

__all__ = ["Attributes"]
