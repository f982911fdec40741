"""An order in which every item comes after what it needs."""

from __future__ import annotations

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Item = TypeVar("Item")


def depth_first(last: Item, needs: Callable[[Item], Iterable[Item]]) -> list[Item]:
    """Return an item after all that it needs, directly or not, each once and after what it needs itself.

    >>> depth_first("coat", {"coat": ["shirt", "scarf"], "scarf": ["shirt"], "shirt": []}.__getitem__)
    ['shirt', 'scarf', 'coat']
    """
    order: list[Item] = []
    seen = {last}
    stack = [(last, iter(needs(last)))]
    while stack:
        item, needed = stack[-1]
        for other in needed:
            if other not in seen:
                seen.add(other)
                stack.append((other, iter(needs(other))))
                break
        else:
            order.append(item)
            stack.pop()
    return order
