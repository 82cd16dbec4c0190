"""What resolutions did, told together: the golden records of before beside those of after.

Told is what stays at the end, not what happened on the way: one that came in one portion and merged in the
next was never there. So a preview and the deed tell the same, however many transactions the deed takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mdm.models import AuditEntry, OutboxEvent, ReviewTask

MERGES_SHOWN = 20

Name = tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """How many golden records came, were joined by how many records, parted and ended; and questions.

    merged: golden id of now -> the ids of before that went into it. ended: nobody is in them any more.
    """

    created: int
    joined: int
    merged: dict[str, list[str]]
    split: int
    ended: int
    questions: int

    @property
    def sentences(self) -> list[str]:
        """The same for people; the first merges by name."""
        gone = sum(map(len, self.merged.values()))
        told = (
            f"{self.created:,} new golden records; {self.joined:,} records join golden records that stand;"
            f" {gone:,} golden records merge into {len(self.merged):,} others; {self.split:,} part;"
            f" {self.ended:,} end; {self.questions:,} new questions."
        )
        first = islice(sorted(self.merged.items()), MERGES_SHOWN)
        return [told, *(f"  {one} <- {', '.join(others)}" for one, others in first)]


@dataclass
class _Told:
    """Golden id -> its records before the first and after the last event, and its last status."""

    before: dict[str, list[Name]] = field(default_factory=dict)
    after: dict[str, list[Name]] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)

    def add(self, payload: dict[str, Any]) -> None:
        """Take in one more event."""
        before, after = payload.get("before", {}), payload.get("after", {})
        for code in {*before, *after}:
            self.before.setdefault(code, [tuple(name) for name in before.get(code, ())])
            self.after[code] = [tuple(name) for name in after.get(code, ())]
        self.status |= {news["id"]: news["status"] for news in payload.get("goldens", ())}

    def lives(self, code: str) -> bool:
        return bool(self.after[code]) and self.status.get(code, "live") == "live"

    def effect(self, questions: int) -> Effect:
        now = {name: code for code, names in self.after.items() for name in names if self.lives(code)}
        stood = {name for names in self.before.values() for name in names}
        merged: dict[str, list[str]] = {}
        split = ended = 0
        for code, names in sorted(self.before.items()):
            places = Counter(now[name] for name in names if name in now)
            split += len(places) > 1
            if names and not self.lives(code):
                if places:
                    merged.setdefault(places.most_common(1)[0][0], []).append(code)
                else:
                    ended += 1
        standing = [code for code in self.after if self.lives(code)]
        return Effect(
            created=sum(not self.before[code] for code in standing),
            joined=sum(
                name not in stood for code in standing if self.before[code] for name in self.after[code]
            ),
            merged=merged,
            split=split,
            ended=ended,
            questions=questions,
        )


def effect_of(entry_ids: Collection[int]) -> Effect:
    """Return what the events and tasks under these audit entries tell together."""
    told = _Told()
    events = OutboxEvent.objects.filter(entry_id__in=entry_ids).order_by("id")
    for payload in events.values_list("payload", flat=True).iterator():
        told.add(payload)
    moments = AuditEntry.objects.filter(pk__in=entry_ids).values("at")
    asked = ReviewTask.objects.filter(created_at__in=moments, closed_at=None)
    return told.effect(asked.count())
