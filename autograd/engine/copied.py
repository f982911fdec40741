"""What copies and pickles call, seldom: how it is done is imported then."""

from __future__ import annotations

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from typing import Any


class Copied:
    """A node that can be copied and pickled, together with all that it was computed from, at any depth."""

    __slots__ = ()

    def __copy__(self: Any) -> Any:
        return _copying().copy(self)

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Any:
        return _copying().deepcopy(self, memo)

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        return _copying().reduce(self)


def _copying() -> Any:
    from autograd.engine import copying

    return copying
