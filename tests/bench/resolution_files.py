"""The files of the resolution benchmark: one population, cut into what is loaded first, beside and second."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mdm.sandbox.population.people import Population

if TYPE_CHECKING:
    from mdm.ingestion.mapping import Mapping
    from mdm.models import ObjectType

MAPPING = """
name = "{source}.person"
domain = "customer"
source = "{source}"
object_type = "person"
key = {{ column = "id" }}

[attributes]
kind = {{ constant = "person" }}
given_name = "first_name"
middle_name = "middle_name"
family_name = "last_name"
birth_date = "birth_date"
emails = "email"
phones = "phone"

[attributes.billing_address]
street = "street"
house_number = "house_number"
postcode = "postcode"
city = "city"
"""


@dataclass(frozen=True)
class Files:
    """Where the records lie: `first` and `second` are whole files; `online` and `singles` come beside."""

    home: Path
    first: Path
    second: Path
    online: Path
    singles: Path

    def register(self, source: str) -> tuple[Mapping, ObjectType]:
        """Return the mapping and the object type of a source, made known when new."""
        from mdm.ingestion.mapping import load_mapping
        from mdm.ingestion.registering import ensure_object_type

        path = self.home / f"{source}.toml"
        if not path.exists():
            path.write_text(MAPPING.format(source=source), encoding="utf-8")
        mapping = load_mapping(path)
        object_type, _ = ensure_object_type(
            source=source, code="person", domain="customer", key_rule=mapping.key.rule, mapping="",
            actor="bench", cause="bench",
        )  # fmt: skip
        return mapping, object_type


def write(made: Population, home: Path, *, first: int, second: int, online: int, singles: int) -> Files:
    """Cut the population in its random order; a fifth of what comes online is a change of a first record."""
    made.write(home / "population")
    paths = {name: home / f"{name}.csv" for name in ("first", "second", "online", "singles")}
    sizes = {"first": first, "second": second, "online": online - online // 5, "singles": singles}
    with (home / "population" / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        changed: list[list[str]] = []
        for name, size in sizes.items():
            with paths[name].open("w", encoding="utf-8", newline="") as out:
                writer: Any = csv.writer(out)
                writer.writerow(head)
                for place, row in zip(range(size), rows, strict=False):
                    writer.writerow(row)
                    if name == "first" and place % 7 == 3 and len(changed) < online // 5:
                        changed.append([*row[:-1], f"+1202555{place % 10_000:04d}"])
                if name == "online":
                    writer.writerows(changed)
    return Files(home, paths["first"], paths["second"], paths["online"], paths["singles"])
