"""The names of records as columns: source and object type once each, keys as one run of texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import overload

import numpy as np
from numpy.typing import NDArray

from matching.texts import Texts

RecordName = tuple[str, str, str]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class RecordNames(Sequence[RecordName]):
    """kinds: distinct (source, object type); kind: int32[names] into them; keys: the source keys."""

    kinds: tuple[tuple[str, str], ...]
    kind: Ints
    keys: Texts

    @classmethod
    def of(cls, names: Sequence[RecordName]) -> RecordNames:
        """Return names as columns, themselves where they are such."""
        if isinstance(names, RecordNames):
            return names
        known: dict[tuple[str, str], int] = {}
        kind = np.fromiter(
            (known.setdefault((source, object_type), len(known)) for source, object_type, _ in names),
            dtype=np.int32, count=len(names),
        )  # fmt: skip
        return cls(tuple(known), kind, Texts.of(key for _, _, key in names))

    @classmethod
    def of_keys(cls, source: str, object_type: str, keys: Texts) -> RecordNames:
        """Return the names of records of one source and type."""
        return cls(((source, object_type),), np.zeros(len(keys), dtype=np.int32), keys)

    def __len__(self) -> int:
        return len(self.kind)

    @overload
    def __getitem__(self, place: int) -> RecordName: ...
    @overload
    def __getitem__(self, place: slice) -> RecordNames: ...
    def __getitem__(self, place: int | slice) -> RecordName | RecordNames:
        if isinstance(place, slice):
            return self.at(np.arange(len(self))[place])
        return (*self.kinds[self.kind[place]], self.keys[place])

    def __iter__(self) -> Iterator[RecordName]:
        for kind, key in zip(self.kind.tolist(), self.keys, strict=True):
            yield (*self.kinds[kind], key)

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence has the same names in the same order."""
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(mine == tuple(theirs) for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment] # equal to lists and tuples of names, which hash otherwise

    def at(self, rows: NDArray[np.integer]) -> RecordNames:
        """Return the names of some rows."""
        return RecordNames(self.kinds, self.kind[rows], self.keys.at(rows))

    def sources(self) -> Ints:
        """Return the number of each name's source, counted in the order in which they first come."""
        if len({source for source, _ in self.kinds}) == 1:
            return np.zeros(len(self.kind), dtype=np.int32)
        known: dict[str, int] = {}
        _, first = np.unique(self.kind, return_index=True)
        order = self.kind[np.sort(first)].tolist()
        table = np.zeros(len(self.kinds), dtype=np.int32)
        for kind in order:
            table[kind] = known.setdefault(self.kinds[kind][0], len(known))
        return np.asarray(table[self.kind])

    def hashes(self) -> NDArray[np.uint64]:
        """Return the tie hashes of the names as numbers that stand in the same order, uint64[names]."""
        begun = [
            blake2b(f"{source}\0{object_type}\0".encode("utf-8", "surrogatepass"), digest_size=8)
            for source, object_type in self.kinds
        ]
        found = bytearray()
        for kind, key in zip(self.kind.tolist(), self.keys, strict=True):
            hashed = begun[kind].copy()
            hashed.update(key.encode("utf-8", "surrogatepass"))
            found += hashed.digest()
        return np.frombuffer(bytes(found), dtype=">u8").astype(np.uint64)
