"""Events of the hub: past tense, frozen, versioned in their type; they name members and attributes, never
values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RecordName = tuple[str, str, str]
Members = Mapping[str, tuple[RecordName, ...]]

CREATED = "golden.created.v1"
CHANGED = "golden.changed.v1"
MERGED = "golden.merged.v1"
SPLIT = "golden.split.v1"
RETIRED = "golden.retired.v1"
RELATED = "golden.related.v1"


@dataclass(frozen=True, slots=True)
class GoldenNews:
    """What became of one golden record: its version now, and the names of the attributes whose value
    changed.
    """

    code: str
    version: int
    status: str
    kind: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One envelope: every golden record that exchanged members, with its members before and after.

    A consumer can rebuild all cross-references from envelopes alone.
    """

    type: str
    domain: str
    goldens: tuple[GoldenNews, ...]
    before: Members
    after: Members

    @property
    def subjects(self) -> list[str]:
        """Every golden id the event is about."""
        return sorted({news.code for news in self.goldens} | set(self.before) | set(self.after))

    def payload(self) -> dict[str, object]:
        """The event as plain JSON."""
        return {
            "goldens": [
                {
                    "id": news.code,
                    "version": news.version,
                    "status": news.status,
                    "kind": news.kind,
                    "changed": list(news.changed),
                }
                for news in self.goldens
            ],
            "before": {code: [list(name) for name in names] for code, names in self.before.items()},
            "after": {code: [list(name) for name in names] for code, names in self.after.items()},
        }


@dataclass(frozen=True, slots=True)
class RelatedEvent:
    """The relationships that go from one golden record and came or changed, and those that went.

    A consumer that keeps the last word on each (type, from, to) has them all.
    """

    domain: str
    related: tuple[dict[str, Any], ...]
    unrelated: tuple[dict[str, Any], ...]
    type: str = RELATED

    @property
    def subjects(self) -> list[str]:
        """Every golden id at an end."""
        return sorted({one[end] for one in (*self.related, *self.unrelated) for end in ("from", "to")})

    def payload(self) -> dict[str, object]:
        """The event as plain JSON."""
        return {"related": list(self.related), "unrelated": list(self.unrelated)}
