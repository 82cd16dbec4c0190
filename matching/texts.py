"""Texts as one run of bytes and where each begins: a million texts are two arrays, not a million objects.

Bytes are UTF-8. Most texts are ASCII, where a byte is a sign: those are cut, counted and hashed over all of
them at once; the others one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, islice, pairwise
from operator import mul
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Unsigned = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Scored = list[bytes] | list[str]

BLOCK = 1 << 15  # texts looked at at a time: memory stays flat
FEW = 1 << 6
MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
WORD = (1 << 64) - 1
_MIX = int(MIX[0]), int(MIX[1])


def mix(values: Unsigned) -> Unsigned:
    """Return well-mixed 64-bit values (the finaliser of SplitMix64, Steele 2014)."""
    mixed = values ^ (values >> np.uint64(30))
    mixed *= MIX[0]
    mixed ^= mixed >> np.uint64(27)
    mixed *= MIX[1]
    mixed ^= mixed >> np.uint64(31)
    return mixed


def mixed(value: int) -> int:
    """Return one number mixed as `mix` does many."""
    value ^= value >> 30
    value = value * _MIX[0] & WORD
    value ^= value >> 27
    value = value * _MIX[1] & WORD
    return value ^ value >> 31


@lru_cache(maxsize=1 << 14)
def hash_of(text: str) -> int:
    """Return the hash of one text, as `Texts.hashes` of many."""
    signs = text.encode("utf-8", "surrogatepass")
    factors = _factors(1 << len(signs).bit_length())
    return mixed((sum(map(mul, signs, factors)) + sum(factors[: len(signs) + 1])) & WORD)


@lru_cache(maxsize=1 << 5)
def _factors(count: int) -> tuple[int, ...]:
    """Return the factors of the first places of a text."""
    return tuple(mixed(place * int(GOLDEN) & WORD) for place in range(1, count + 1))


def runs(starts: NDArray[Any], counts: NDArray[Any]) -> Longs:
    """Return the places starts[i], starts[i] + 1, ... (counts[i] of them) of every i, one after the other."""
    ends = np.cumsum(counts, dtype=np.int64)
    found = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    found += np.repeat(starts - ends + counts, counts)
    return found


def in_order(numbers: NDArray[Any], rows: NDArray[Any]) -> Longs:
    """Return rows in the order of their numbers, of equal ones ascending; all are below 2**31.

    One sort of packed numbers takes a twentieth of a stable sort by one of them.
    """
    packed: Longs = numbers.astype(np.int64)
    packed <<= 32
    packed |= rows
    packed.sort()
    packed &= 0xFFFFFFFF
    return packed


def lowest(hashed: Unsigned) -> Ints:
    """Return per value the lowest place at which an equal value stands."""
    order = np.argsort(hashed).astype(np.int32)  # not stable: that takes four times as long
    ordered = hashed[order]
    fresh = np.ones(len(order), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    found = np.empty(len(order), dtype=np.int32)
    if len(order):
        found[order] = np.repeat(np.minimum.reduceat(order, starts), np.diff(np.append(starts, len(order))))
    return found


@dataclass(frozen=True, eq=False)
class Texts(Sequence[str]):
    """bounds: int32 or int64[texts + 1] into the signs, which are UTF-8 of all texts, one after the other."""

    signs: bytes
    bounds: NDArray[Any]

    @classmethod
    def cut(cls, signs: bytes, sizes: NDArray[Any]) -> Texts:
        """Return signs as texts of the given numbers of bytes."""
        bounds = np.zeros(len(sizes) + 1, dtype=np.int32 if len(signs) < 1 << 31 else np.int64)
        np.cumsum(sizes, out=bounds[1:])
        return cls(signs, bounds)

    @classmethod
    def joined(cls, parts: Sequence[Texts]) -> Texts:
        """Return the texts of all parts, one part after the other."""
        sizes = [np.empty(0, dtype=np.int64), *(part.sizes for part in parts)]
        return cls.cut(b"".join(part.signs for part in parts), np.concatenate(sizes))

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Return the texts, read a block at a time."""
        rest = iter(texts)
        first = [text.encode("utf-8", "surrogatepass") for text in islice(rest, FEW)]
        if len(first) < FEW:
            bounds = np.array([0, *accumulate(map(len, first))], dtype=np.int32)
            return cls(b"".join(first), bounds)
        parts = [b"".join(first)]
        lengths = [np.fromiter(map(len, first), dtype=np.int64, count=len(first))]
        for block in _blocks(rest):
            encoded = [text.encode("utf-8", "surrogatepass") for text in block]
            lengths.append(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)))
            parts.append(b"".join(encoded))
        return cls.cut(b"".join(parts), np.concatenate(lengths))

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return self.at(np.arange(len(self))[place])
        at = range(len(self))[place]
        return self.signs[self.bounds[at] : self.bounds[at + 1]].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), BLOCK):
            yield from self._decoded(start, min(start + BLOCK, len(self)))

    def tolist(self) -> list[str]:
        """Return the texts as strings."""
        return list(self)

    def _decoded(self, start: int, stop: int) -> list[str]:
        begin = int(self.bounds[start])
        part = self.signs[begin : int(self.bounds[stop])]
        bounds = (self.bounds[start : stop + 1] - begin).tolist()
        if part.isascii():
            whole = part.decode("ascii")
            return [whole[one:other] for one, other in pairwise(bounds)]
        return [part[one:other].decode("utf-8", "surrogatepass") for one, other in pairwise(bounds)]

    @cached_property
    def bytes(self) -> Bytes:
        """The signs as an array."""
        return np.frombuffer(self.signs, dtype=np.uint8)

    @cached_property
    def plain(self) -> bool:
        """Whether all texts are ASCII, so that a byte is a sign."""
        return self.signs.isascii()

    @property
    def sizes(self) -> NDArray[Any]:
        """The number of bytes of each text."""
        return np.diff(self.bounds)

    def ascii(self) -> Mask:
        """Return which texts are ASCII."""
        if self.plain:
            return np.ones(len(self), dtype=bool)
        return np.asarray(self._counted(self.bytes >= 128) == 0)

    def _counted(self, signs: Mask) -> Longs:
        """Return how many signs of each text a mask over all bytes names."""
        before = np.zeros(len(signs) + 1, dtype=np.int64)
        np.cumsum(signs, out=before[1:])
        return np.asarray(before[self.bounds[1:]] - before[self.bounds[:-1]])

    def lengths(self) -> Ints:
        """Return the number of signs of each text; half a surrogate counts as one."""
        if self.plain:
            return self.sizes.astype(np.int32)
        return self._counted((self.bytes & 0xC0) != 0x80).astype(np.int32)

    def points(self, start: int, stop: int) -> Bytes | NDArray[np.uint32]:
        """Return the code points of the texts from one place to another, one after the other."""
        bounds = self.bounds[start : stop + 1]
        if self.plain:
            return self.bytes[bounds[0] : bounds[-1]]
        whole = self.signs[bounds[0] : bounds[-1]].decode("utf-8", "surrogatepass")
        return np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)

    def filtered(self, kept: Mask) -> Texts:
        """Return the texts without the signs that a mask over all bytes leaves out."""
        before = np.zeros(len(kept) + 1, dtype=self.bounds.dtype)
        np.cumsum(kept, out=before[1:])
        return Texts(self.bytes[kept].tobytes(), before[self.bounds])

    def stripped(self) -> Texts:
        """Return the texts without blanks around them; where none may have any, these."""
        some = self.sizes > 0
        ends = self.bytes[np.r_[self.bounds[:-1][some], self.bounds[1:][some] - 1]]
        edged = bool(((ends <= ord(" ")) | (ends >= 128)).any())
        return Texts.of(map(str.strip, self)) if edged else self

    def last(self, sign: str) -> Longs:
        """Return where an ASCII sign stands last in each text, -1 where it does not stand."""
        places = np.flatnonzero(self.bytes == ord(sign))
        at = np.append(places, -1)[np.searchsorted(places, self.bounds[1:]) - 1]
        return np.where(at >= self.bounds[:-1], at, -1)

    def before_first(self, sign: str) -> Texts:
        """Return what stands before the first of an ASCII sign, the whole text where there is none."""
        places = np.flatnonzero(self.bytes == ord(sign))
        at = np.append(places, len(self.signs))[np.searchsorted(places, self.bounds[:-1])]
        return self.sliced(self.bounds[:-1], np.minimum(at, self.bounds[1:]))

    def at(self, places: NDArray[Any]) -> Texts:
        """Return the texts at some places, or where a mask is true."""
        rows = np.flatnonzero(places) if places.dtype == np.bool_ else places
        return self.sliced(self.bounds[rows], self.bounds[rows + 1])

    def sliced(self, starts: NDArray[Any], stops: NDArray[Any]) -> Texts:
        """Return the texts between some places of the signs."""
        counts = stops - starts
        parts = [
            self.bytes[runs(starts[start : start + BLOCK], counts[start : start + BLOCK])].tobytes()
            for start in range(0, len(counts), BLOCK)
        ]
        return Texts.cut(b"".join(parts), counts)

    def scored(self, places: NDArray[Any]) -> Scored:
        """Return the texts at some places as a string metric takes them: bytes where all texts are ASCII.

        They lie together in memory, which a metric over many pairs feels.
        """
        signs = self.signs
        starts, stops = self.bounds[places].tolist(), self.bounds[places + 1].tolist()
        if self.plain:
            return [signs[one:other] for one, other in zip(starts, stops, strict=True)]
        return [
            signs[one:other].decode("utf-8", "surrogatepass")
            for one, other in zip(starts, stops, strict=True)
        ]

    def hashes(self) -> Unsigned:
        """Return a stable 64-bit hash of each text, the same wherever it stands.

        Bytes are multiplied by random numbers of their places and summed (multilinear hashing, Carter and
        Wegman 1979), over all texts at once.
        """
        found = np.empty(len(self), dtype=np.uint64)
        factors = mix(np.arange(1, int(self.sizes.max(initial=0)) + 3, dtype=np.uint64) * GOLDEN)
        for start in range(0, len(self), BLOCK):
            bounds = self.bounds[start : start + BLOCK + 1]
            counts = np.diff(bounds)
            signs = self.bytes[bounds[0] : bounds[-1]].astype(np.uint64)
            signs += np.uint64(1)
            signs *= factors[runs(np.zeros_like(counts), counts)]
            sums = np.zeros(len(signs) + 1, dtype=np.uint64)  # a sum that overflows is still a difference
            np.cumsum(signs, out=sums[1:])
            inner = bounds - bounds[0]
            found[start : start + BLOCK] = mix(sums[inner[1:]] - sums[inner[:-1]] + factors[counts])
        return found

    def distinct(self) -> tuple[Ints, Texts]:
        """Return the place of each text among the distinct ones, and these, in the order they first come."""
        hashed = self.hashes()
        first = lowest(hashed)
        fresh = first == np.arange(len(self), dtype=np.int32)
        again = np.flatnonzero(~fresh)
        if not self.same(again, self, first[again]).all():
            # equal hashes of different texts: never seen, and not to be trusted to luck
            known: dict[str, int] = {}
            places = [known.setdefault(text, len(known)) for text in self]
            return np.array(places, dtype=np.int32), Texts.of(known)
        rank = np.cumsum(fresh, dtype=np.int32) - np.int32(1)
        return rank[first], self if not len(again) else self.at(fresh)

    def same(self, places: NDArray[Any], other: Texts, others: NDArray[Any]) -> Mask:
        """Return where texts here and there are equal, sign by sign."""
        found = np.asarray(self.sizes[places] == other.sizes[others])
        for start in range(0, len(found), BLOCK):
            at = start + np.flatnonzero(found[start : start + BLOCK])
            counts = self.sizes[places[at]]
            differs = (
                self.bytes[runs(self.bounds[places[at]], counts)]
                != other.bytes[runs(other.bounds[others[at]], counts)]
            )
            apart = np.zeros(len(differs) + 1, dtype=np.int64)
            np.cumsum(differs, out=apart[1:])
            ends = np.cumsum(counts)
            found[at] = apart[ends] == apart[ends - counts]
        return found

    def each(self, kind: Any, quick: Callable[[Texts], Any], slow: Callable[[Texts], Any]) -> NDArray[Any]:
        """Return one value a text: ASCII ones by what works on all at once, others by what is exact."""
        if self.plain:
            return np.asarray(quick(self), dtype=kind)
        plain = self.ascii()
        found = np.empty(len(self), dtype=kind)
        found[plain] = quick(self.at(plain))
        found[~plain] = slow(self.at(~plain))
        return found


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(texts)
    while block := list(islice(rest, BLOCK)):
        yield block
