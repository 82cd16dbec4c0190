"""The faults of seeded_faults.sql, each with the check that must name it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FAULT = re.compile(r"^-- ([a-z-]+)(?:, ([a-z]+))?: (.+)\n((?:(?!--).+\n)+)", re.MULTILINE)
PLACE = re.compile(r"\{((?:of )?[a-z]+/\d+|gone|merged)\}")


@dataclass(frozen=True)
class Fault:
    """One corruption: the check that must name it, what it damages, what it is, and the statement with places
    in braces.
    """

    check: str
    of: str
    what: str
    sql: str

    def statement(self, places: Mapping[str, int]) -> str:
        """Return the statement with its places filled in."""
        return PLACE.sub(lambda found: str(places[found[1]]), self.sql)


FAULTS = tuple(
    Fault(check, of or "derived", what, sql.strip().rstrip(";"))
    for check, of, what, sql in FAULT.findall(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
)
