"""Other engines' words for the record: what programs for micrograd, its lectures, and microgpt read and write.

>>> import math
>>> from autograd import Value
>>> def hand_made(x):  # as the lectures write an operation
...     t = math.tanh(x.data)
...     out = Value(t, (x,), "tanh")
...     def backward():
...         x.grad += (1 - t**2) * out.grad
...     out._backward = backward
...     return out
>>> x = Value(0.5)
>>> y = hand_made(x) * Value(math.exp(x.data), (x,), (math.exp(x.data),))  # and as microgpt does
>>> y.backward()
>>> y._op, len(y._prev), round(x.grad, 9)
('*', 2, 2.058535492)

Reads the engine: the record, the table, plain floats and whether operations are recorded; knows nothing of ``Value``, which
takes these words on.
"""

from autograd.micrograd.attributes import Attributes

__all__ = ["Attributes"]
