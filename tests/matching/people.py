"""A small spec and made-up people for the tests of matching."""

from __future__ import annotations

import random
from typing import Any

from matching.spec import Aims, BlockingRule, Column, Comparison, Gate, KeyPart, MatchSpec, Relation

SPEC = MatchSpec(
    "people",
    columns=(
        Column("given", ("given_name",), "given_name"),
        Column("family", ("family_name",), "text"),
        Column("born", ("birth_date",), "date"),
        Column("emails", ("emails",), "email", told=True),
        Column("street", ("address.street",), "street"),
        Column("city", ("address.city",), "text"),
        Column("kind", ("kind",), "raw"),
        Column("ids", ("tax_ids",), "exclusive_identifier"),
    ),
    blocking=(
        BlockingRule("born", (KeyPart("born"),)),
        BlockingRule("family sound", (KeyPart("family", "sound"),)),
        BlockingRule("email", (KeyPart("emails"),)),
        BlockingRule("street words", (KeyPart("street", "rare_tokens", 2),)),
    ),
    comparisons=(
        Comparison("given", "given", "name", other="family", frequencies=True),
        Comparison("family", "family", "name", other="given", frequencies=True),
        Comparison("order", "given", "order", other="family"),
        Comparison("born", "born", "date", frequencies=True),
        Comparison("emails", "emails", "email", frequencies=True),
        Comparison("street", "street", "text"),
        Comparison("city", "city", "name", given="street"),
    ),
    gates=(Gate("kind", "kind", "kind"), Gate("id", "ids", "identifier")),
    relations=(Relation("household", ("family", "street", "city")),),
    aims=Aims(cap=50),
)
GIVEN = "anna ben clara david emma felix greta hugo ida jonas karla leo mia noah olga paul".split()
FAMILY = "miller garcia schmidt rossi novak jensen dubois kowalski brown ferrari weber lopez moreau".split()
STREETS = "oak elm maple cedar birch walnut chestnut willow poplar juniper".split()
CITIES = "london madrid berlin rome prague aarhus paris krakow".split()
Record = dict[str, Any]


def person(generator: random.Random) -> Record:
    """Return a made-up person."""
    given, family = generator.choice(GIVEN), generator.choice(FAMILY)
    year, month, day = generator.randint(1940, 2005), generator.randint(1, 12), generator.randint(1, 28)
    road = f"{generator.choice(STREETS)} {generator.choice(STREETS)} street"
    return {
        "given_name": given,
        "family_name": family,
        "birth_date": f"{year}-{month:02d}-{day:02d}",
        "emails": [f"{given}.{family}{generator.randint(1, 99)}@mail.test"],
        "address": {
            "street": f"{road} {generator.randint(1, 90)}",
            "city": generator.choice(CITIES),
        },
    }


def spoilt(record: Record, generator: random.Random) -> Record:
    """Return the record as another platform may hold it: one value mistyped or missing."""
    found = dict(record)
    fault = generator.choice(("family_name", "birth_date", "emails", "given_name", "swap", "none"))
    if fault == "swap":
        found["given_name"], found["family_name"] = record["family_name"], record["given_name"]
    elif fault == "family_name":
        place = generator.randrange(1, len(record["family_name"]) - 1)
        found["family_name"] = record["family_name"][:place] + record["family_name"][place + 1 :]
    elif fault != "none":
        found.pop(fault)
    return found


def population(
    size: int, seed: int = 0
) -> tuple[list[Record], list[tuple[str, str, str]], list[tuple[int, int]]]:
    """Return records of which every third person stands twice, their names, and the true pairs of rows."""
    generator = random.Random(seed)
    records: list[Record] = []
    truth = []
    for number in range(size):
        records.append(person(generator))
        if number % 3 == 0:
            truth.append((len(records) - 1, len(records)))
            records.append(spoilt(records[-1], generator))
    return records, [("crm", "Contact", str(row)) for row in range(len(records))], truth
