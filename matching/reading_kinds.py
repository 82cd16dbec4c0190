"""Kinds of readings: which inputs of a record a reading looks at together, so that it runs no more often.

A reading gets the tuple of raw inputs of one record (strings, tuples of strings, tuples of pairs, or None)
and yields zero or more folded elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from matching.texts import Texts

Reading = Callable[[tuple[Any, ...]], Iterable[str]]


def flat(inputs: Iterable[Any]) -> Iterator[str]:
    """Yield every string in nested raw inputs."""
    for entry in inputs:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, tuple):
            yield from flat(entry)


def first(entry: Any) -> str:
    """Return the first string in a raw input, "" where there is none."""
    return next(flat((entry,)), "")


@dataclass(frozen=True)
class Each:
    """A reading of every string by itself; the value is what all inputs give together.

    whole: the same for many texts at once, where there is a quicker way than one by one.
    """

    cut: Callable[[str], str]
    whole: Callable[[Texts], Texts] | None = None

    def __call__(self, inputs: tuple[Any, ...]) -> Iterable[str]:
        """Return the elements of a record's inputs."""
        return [self.cut(text) for text in flat(inputs)]


@dataclass(frozen=True)
class Union:
    """A reading of every input by itself; the value is what all inputs give together."""

    of: Callable[[Any], Iterable[str]]

    def __call__(self, inputs: tuple[Any, ...]) -> Iterable[str]:
        """Return the elements of a record's inputs."""
        return [text for entry in inputs for text in self.of(entry)]


@dataclass(frozen=True)
class First:
    """A reading of every input by itself, given its place; the first input that gives anything counts."""

    of: Callable[[int, Any], str]

    def __call__(self, inputs: tuple[Any, ...]) -> Iterable[str]:
        """Return the elements of a record's inputs."""
        for place, entry in enumerate(inputs):
            if found := self.of(place, entry):
                return (found,)
        return ()


@dataclass(frozen=True)
class Where:
    """A reading of inputs together that gives something only where the first input may lead to it."""

    may: Callable[[Any], bool]
    of: Reading

    def __call__(self, inputs: tuple[Any, ...]) -> Iterable[str]:
        """Return the elements of a record's inputs."""
        return self.of(inputs) if self.may(inputs[0]) else ()
