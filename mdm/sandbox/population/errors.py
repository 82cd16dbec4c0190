"""What goes wrong between a person and a record of it, over whole columns of fixed-width bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdm.sandbox.population.words import NICKNAMES

Texts = NDArray[np.bytes_]
Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)


def matrix(texts: Texts, spare: int = 0) -> Bytes:
    """Return texts as uint8[rows, width + spare], zeros after the end."""
    wide = texts.astype(f"S{texts.dtype.itemsize + spare}")
    return np.ascontiguousarray(wide).view(np.uint8).reshape(len(texts), wide.dtype.itemsize)


def texts_of(rows: Bytes) -> Texts:
    """Return the texts of a byte matrix."""
    return np.ascontiguousarray(rows).view(f"S{rows.shape[1]}")[:, 0]


def joined(*parts: Texts | bytes) -> Texts:
    """Return the parts of each row one after the other."""
    found: Texts | bytes = parts[0]
    for part in parts[1:]:
        found = np.char.add(found, part)
    return np.asarray(found)


def typing_errors(texts: Texts, random: np.random.Generator) -> Texts:
    """Return texts of two or more signs with one error each: a wrong, missing, additional or swapped sign."""
    old = matrix(texts, 1)
    lengths = (old != 0).sum(axis=1)
    places = (random.random(len(old)) * np.maximum(lengths - 1, 1)).astype(np.int64)
    kind = random.integers(0, 4, len(old))
    columns = np.arange(old.shape[1])[None, :]
    at = places[:, None]
    rows = np.arange(len(old))
    sign = old[rows, places]
    fresh = np.where(
        (sign >= 48) & (sign < 58), random.choice(DIGITS, len(old)), random.choice(LETTERS, len(old))
    )
    kind = np.where(fresh == sign, 3, kind)
    before, after = np.maximum(columns - 1, 0), np.minimum(columns + 1, old.shape[1] - 1)
    taken = np.where((kind == 1)[:, None] & (columns >= at), after, columns)
    taken = np.where((kind == 2)[:, None] & (columns > at), before, taken)
    taken = np.where((kind == 3)[:, None] & (columns == at), after, taken)
    taken = np.where((kind == 3)[:, None] & (columns == at + 1), before, taken)
    new = np.take_along_axis(old, taken, axis=1)
    replaced = (kind == 0) | (kind == 2)
    new[rows[replaced], places[replaced]] = fresh[replaced]
    new[lengths < 2] = old[lengths < 2]
    return texts_of(new)


class Errors:
    """Errors in the rows of a mask, each kind in its own share of them, by one random generator."""

    def __init__(
        self, record: dict[str, Texts], rows: Mask, random: np.random.Generator, dirt: float
    ) -> None:
        self.record = record
        self.rows = np.flatnonzero(rows)
        self.random = random
        self.dirt = dirt

    def _some(self, share: float) -> NDArray[np.int64]:
        return self.rows[self.random.random(len(self.rows)) < self.dirt * share]

    def _set(self, name: str, at: NDArray[np.int64], values: Texts) -> None:
        column = self.record[name]
        if values.dtype.itemsize > column.dtype.itemsize:
            column = column.astype(values.dtype)
        column[at] = values
        self.record[name] = column

    def typed(self, name: str, share: float) -> None:
        """One typing error; one in eight of them has a second one."""
        at = self._some(share)
        self._set(name, at, typing_errors(self.record[name][at], self.random))
        again = at[self.random.random(len(at)) < 0.125]
        self._set(name, again, typing_errors(self.record[name][again], self.random))

    def missing(self, name: str, share: float) -> None:
        """Nothing is known."""
        self.record[name][self._some(share)] = b""

    def nicknames(self, share: float) -> None:
        """The everyday form of the given name, where it has one."""
        at = self._some(share)
        names = self.record["first_name"][at]
        known, place = np.unique(names, return_inverse=True)
        table = np.array([NICKNAMES.get(name, name) for name in known.tolist()])
        self._set("first_name", at, table[place])

    def initials(self, share: float) -> None:
        """The first letter of the given name only."""
        at = self._some(share)
        self._set("first_name", at, self.record["first_name"][at].astype("S1"))

    def swapped_names(self, share: float) -> None:
        """Given and family name in each other's fields."""
        at = self._some(share)
        given, family = self.record["first_name"][at], self.record["last_name"][at]
        self._set("first_name", at, family)
        self._set("last_name", at, given)

    def married(self, share: float) -> None:
        """Another family name."""
        self.other("last_name", share)

    def moved(self, share: float) -> None:
        """The address of somebody else, all of it."""
        at = self._some(share)
        to = self.random.integers(0, len(self.record["street"]), len(at))
        for name in ("house_number", "street", "postcode", "city"):
            self._set(name, at, self.record[name][to])

    def other(self, name: str, share: float, keep_local: float = 0.0) -> None:
        """A value of somebody else; an e-mail address may keep what stands before its @."""
        at = self._some(share)
        mine = self.record[name][at]
        theirs = self.record[name][self.random.integers(0, len(self.record[name]), len(at))]
        if keep_local:
            kept = joined(np.char.partition(mine, b"@")[:, 0], b"@", np.char.partition(theirs, b"@")[:, 2])
            fits = (self.random.random(len(at)) < keep_local) & (mine != b"") & (theirs != b"")
            theirs = np.where(fits, kept, _renumbered(mine, self.random))
        elif name == "phone":
            fresh = self.random.integers(48, 58, (len(at), 9)).astype(np.uint8)
            theirs = np.where(mine == b"", mine, joined(np.full(len(at), b"0"), texts_of(fresh)))
        self._set(name, at, theirs)

    def transposed_dates(self, share: float) -> None:
        """Day and month in each other's place, where both can be a month."""
        at = self._some(share)
        old = matrix(self.record["birth_date"][at])
        days = (old[:, 8].astype(int) - 48) * 10 + old[:, 9] - 48
        new = old.copy()
        fits = (days >= 1) & (days <= 12)
        new[fits, 5:7], new[fits, 8:10] = old[fits, 8:10], old[fits, 5:7]
        self._set("birth_date", at, texts_of(new))


def _renumbered(mailboxes: Texts, random: np.random.Generator) -> Texts:
    """Return another mailbox of the same people: letters in place of the local part's end, other digits."""
    domains = np.char.partition(mailboxes, b"@")[:, 2]
    letters = random.choice(LETTERS, (len(mailboxes), 7))
    return np.where(mailboxes == b"", mailboxes, joined(texts_of(letters), b"@", domains))
