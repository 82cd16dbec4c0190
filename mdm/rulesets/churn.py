"""Churn: how many records and golden ids change hands when other rules come into force (design §3).

Ids are carried over by homes, so what moves is what the rules cluster differently. An activation that would
move more than the budget of the rule set in force is refused, unless the person who approves it names the
number that he accepts.
"""

from dataclasses import asdict, dataclass
from typing import Any

from mdm.resolution.apply import Settled
from mdm.rulesets.active import ActiveRules

ALWAYS_ALLOWED = 100
"""Records that may move whatever the budget says: a share of a small domain is nothing to be afraid of."""


@dataclass(frozen=True, slots=True)
class Churn:
    """What changed hands.

    records   that had a golden id before.
    moved     of them, those that carry another one now.
    issued, retired, returned  golden ids that are new, carry no record any more, carry records again.
    changed   golden records, live before and after, with another value.
    """

    records: int
    moved: int
    issued: int
    retired: int
    returned: int
    changed: int

    @property
    def share(self) -> float:
        """The share of records that moved, 0 to 1."""
        return self.moved / self.records if self.records else 0.0

    def words(self) -> str:
        """Return it as a sentence."""
        return (
            f"{self.moved:,} of {self.records:,} records ({self.share:.2%}) move to another golden record;"
            f" {self.issued:,} golden ids are issued, {self.retired:,} retired, {self.returned:,} come back;"
            f" {self.changed:,} golden records change a value."
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {**asdict(self), "share": round(self.share, 6)}


def churn_of(settled: Settled, records: int) -> Churn:
    """Return the churn of one settlement of a domain of so many resolved records."""
    moved = issued = retired = returned = changed = 0
    for event in settled.events:
        version = {news.code: news.version for news in event.goldens}
        values = {news.code for news in event.goldens if news.changed}
        before = {name: code for code, names in event.before.items() for name in names}
        after = {name: code for code, names in event.after.items() for name in names}
        moved += sum(after.get(name, code) != code for name, code in before.items())
        for code in event.subjects:
            had, has = bool(event.before.get(code)), bool(event.after.get(code))
            retired += had and not has
            issued += has and not had and version.get(code) == 1
            returned += has and not had and version.get(code) != 1
            changed += had and has and code in values
    return Churn(records, moved, issued, retired, returned, changed)


def allowed(rules: ActiveRules | None, records: int) -> int | None:
    """Return how many records an activation may move under the rule set in force; None: any number."""
    share = rules.spec.state_gates.moved_share if rules else None
    return None if share is None else max(ALWAYS_ALLOWED, int(share * records))
