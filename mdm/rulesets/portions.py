"""A long list in portions."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def portions(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the rows, `size` at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
