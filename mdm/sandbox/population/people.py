"""A made population of people and the records that systems hold of them, with the truth, for any size.

Households share a family name, an address and now and then a telephone; sons bear their fathers' names;
given and family names follow Zipf's law, so that namesakes abound, and there are the more of them the more
people there are (`words`), so that a large population is about as hard as a small one. A tenth of
the people have one to six further records with what goes wrong in systems: typing errors, nicknames, gaps,
moves, new mailboxes, married names, swapped names, transposed dates. Everything is drawn by numpy over whole
columns: a million records in seconds.

    python -m mdm.sandbox.population --people 75000 --seed 1 --out DIR

writes DIR/records.csv (id and the columns of COLUMNS) and DIR/truth.csv (id, person).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from mdm.sandbox.population import words
from mdm.sandbox.population.errors import Errors, joined

Texts = NDArray[np.bytes_]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]

COLUMNS = (
    "first_name", "middle_name", "last_name", "birth_date", "house_number", "street",
    "postcode", "city", "email", "phone",
)  # fmt: skip
DUPLICATED = 0.0873
"""Share of people with further records; with FURTHER it gives 1.33 records and 0.96 true pairs a person."""
DIRT = 0.55
"""All shares of errors are multiplied by this: Splink's best pair F1 is then 0.915 with 75,000 people, 0.910
with 750,000."""
FURTHER = (0.17, 0.14, 0.13, 0.12, 0.13, 0.31)
"""Chances of one to six further records."""


@dataclass(frozen=True)
class Population:
    """columns: name -> bytes[records], empty where missing; person: int64[records], the truth."""

    columns: dict[str, Texts]
    person: Longs

    def __len__(self) -> int:
        return len(self.person)

    def true_pairs(self) -> int:
        """Return how many pairs of records are one person."""
        sizes = np.bincount(self.person)
        return int((sizes * (sizes - 1) // 2).sum())

    def write(self, folder: Path) -> None:
        """Write records.csv and truth.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        ids = pa.array([f"r{row:08d}" for row in range(len(self))])
        columns = {name: pa.array(self.columns[name]).cast(pa.string()) for name in COLUMNS}
        pa_csv.write_csv(pa.table({"id": ids, **columns}), folder / "records.csv")
        pa_csv.write_csv(pa.table({"id": ids, "person": self.person}), folder / "truth.csv")


def population(people: int, seed: int) -> Population:
    """Return the records of so many people in random order."""
    random = np.random.default_rng(seed)
    clean = _people(people, random)
    copies = np.zeros(people, dtype=np.int64)
    chosen = random.random(people) < DUPLICATED
    copies[chosen] = random.choice(np.arange(1, 7), int(chosen.sum()), p=FURTHER)
    person = np.concatenate([np.arange(people), np.repeat(np.arange(people), copies)])
    record = {name: values[person] for name, values in clean.items()}
    further = np.arange(len(person)) >= people
    _first_records(record, ~further, random)
    _spoil(record, further, random)
    order = random.permutation(len(person))
    return Population({name: record[name][order] for name in COLUMNS}, person[order])


def _zipf(values: Texts, count: int, exponent: float, random: np.random.Generator) -> Texts:
    """Return so many draws; the n-th value is drawn in proportion to (n + 2) ** -exponent."""
    shares = (np.arange(len(values)) + 3.0) ** -exponent
    return values[np.searchsorted(np.cumsum(shares / shares.sum()), random.random(count) * 0.999999)]


def _digits(numbers: Longs, width: int) -> Texts:
    """Return numbers as texts of fixed width with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return np.ascontiguousarray((numbers[:, None] // powers % 10 + 48).astype(np.uint8)).view(f"S{width}")[
        :, 0
    ]


def _dates(days: Longs) -> Texts:
    return (np.datetime64("1930-01-01") + days).astype("S10")


def _people(people: int, random: np.random.Generator) -> dict[str, Texts]:
    """Return one clean row per person, household by household."""
    sizes = random.choice([1, 2, 3, 4, 5], people, p=[0.38, 0.32, 0.13, 0.12, 0.05])
    home = np.repeat(np.arange(people), sizes)[:people]
    first_of_home = np.r_[True, home[1:] != home[:-1]]
    family = _zipf(words.family_names(people, seed=11), people, 0.72, random)
    shares_name = (random.random(people) < 0.86) | first_of_home
    family = np.where(shares_name, family[home], family)
    given = _zipf(words.given_names(people), people, 0.80, random)
    middle = _zipf(words.given_names(people), people, 0.80, random)
    middle[random.random(people) < 0.45] = b""
    days = random.integers(0, 29_000, people)
    junior = np.flatnonzero((random.random(people) < 0.02) & ~first_of_home)  # named after the one before
    given[junior], family[junior] = given[junior - 1], family[junior - 1]
    place = words.places(people, seed=12)
    where = random.integers(0, len(place.postcodes), people)[home]
    house = np.char.mod("%d", np.minimum(random.geometric(0.02, people), 400)).astype("S4")[home]
    street = place.streets[random.integers(0, len(place.streets), people)][home]
    phone = random.integers(200_000_000, 999_999_999, people)
    landline = random.random(people) < 0.12
    phone = np.where(landline, phone[home], phone)
    return {
        "first_name": given, "middle_name": middle, "last_name": family, "birth_date": _dates(days),
        "house_number": house, "street": street, "postcode": place.postcodes[where],
        "city": place.cities[where], "email": _mailboxes(given, family, days, random),
        "phone": joined(np.full(people, b"0"), _digits(phone, 9)),
    }  # fmt: skip


def _mailboxes(given: Texts, family: Texts, days: Longs, random: np.random.Generator) -> Texts:
    """Return mailboxes built from the name in the ways people do, mostly with a number."""
    people = len(given)
    style = random.random(people)
    number = _digits(random.integers(10, 100, people), 2)
    year = _dates(days).astype("S4")
    initial = given.astype("S1")
    local = np.select(
        [style < 0.30, style < 0.50, style < 0.65, style < 0.80],
        [
            joined(given, b".", family, number),
            joined(initial, family, number),
            joined(given, b"_", family, year),
            joined(family, initial, _digits(random.integers(100, 1000, people), 3)),
        ],
        joined(given, b".", family),
    )
    return joined(local, b"@", _zipf(words.DOMAINS, people, 1.1, random))


def _first_records(record: dict[str, Texts], rows: Mask, random: np.random.Generator) -> None:
    """Blank some fields of first records: nobody knows everything."""
    for name, share in (("email", 0.22), ("phone", 0.15), ("middle_name", 0.25), ("birth_date", 0.05)):
        record[name][rows & (random.random(len(rows)) < share)] = b""


def _spoil(record: dict[str, Texts], rows: Mask, random: np.random.Generator) -> None:
    """Let happen to further records what happens in systems."""
    errors = Errors(record, rows, random, DIRT)
    errors.nicknames(0.14)
    errors.initials(0.05)
    errors.swapped_names(0.025)
    errors.married(0.05)
    errors.moved(0.24)
    errors.other("email", 0.22, keep_local=0.4)
    errors.other("phone", 0.26)
    errors.transposed_dates(0.04)
    for name, share in (
        ("first_name", 0.13), ("last_name", 0.15), ("birth_date", 0.10), ("street", 0.16),
        ("house_number", 0.05), ("postcode", 0.08), ("city", 0.12), ("email", 0.10), ("phone", 0.09),
    ):  # fmt: skip
        errors.typed(name, share)
    for name, share in (
        ("first_name", 0.03), ("middle_name", 0.45), ("last_name", 0.02), ("birth_date", 0.20),
        ("street", 0.14),
        ("house_number", 0.16), ("postcode", 0.14), ("city", 0.10), ("email", 0.36), ("phone", 0.30),
    ):  # fmt: skip
        errors.missing(name, share)


def main() -> None:
    """Write a population to files and say what it holds."""
    parser = argparse.ArgumentParser(description="Make a population of people and records of them.")
    parser.add_argument("--people", type=int, default=75_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    made = population(given.people, given.seed)
    made.write(given.out)
    print(f"{len(made):,} records of {given.people:,} people, {made.true_pairs():,} true pairs: {given.out}")
