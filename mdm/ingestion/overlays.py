"""Overlay: an update that turns a source key into somebody else is kept and not accepted (design §3).

It is one when the match weight to its former self is below the review weight and identifying attributes
conflict; how many must, the rule set declares. The last accepted version stands until a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from matching.frame import build_frame
from matching.scoring import score
from mdm import domains
from mdm.compliance import audit
from mdm.ingestion.incoming import Outcome
from mdm.models import ObjectType, Overlay, ReviewTask
from mdm.relationships.stated import Stated
from mdm.rulesets.active import ActiveRules, active

SOURCE = "source"
"""Who closes an overlay that a later version answers."""


@dataclass(frozen=True, slots=True)
class Update:
    """A change of content of a record we hold: what it says now, and the columns it would have."""

    record_id: int
    before: Mapping[str, Any]
    columns: Mapping[str, Any]
    stated: tuple[Stated, ...] = ()

    @property
    def changed_at(self) -> datetime | None:
        """The source's own stamp of the change."""
        stamp = self.columns["changed_at"]
        return datetime.fromisoformat(stamp) if stamp else None


@dataclass(frozen=True, slots=True)
class Unlike:
    """How unlike its former self a record would become."""

    weight: int
    conflicts: tuple[str, ...]


def hold_back(updates: Mapping[str, Update], object_type: ObjectType, origin: str) -> dict[str, Outcome]:
    """Keep the updates that would turn their record into somebody else; returns their outcome by source key.

    One that a person refused before is refused again without a question.
    """
    rules = active(object_type.domain) if updates else None
    found = _unlike(rules, updates, object_type) if rules is not None else {}
    return {
        key: _hold_back(rules, key, updates[key], unlike, object_type.domain, origin)
        for key, unlike in found.items()
        if rules is not None
    }


def _unlike(rules: ActiveRules, updates: Mapping[str, Update], object_type: ObjectType) -> dict[str, Unlike]:
    at_least = rules.spec.state_gates.overlay
    if at_least is None:
        return {}
    suspects = {
        key: conflicts
        for key, one in updates.items()
        if len(conflicts := conflicting(rules.domain, one.before, one.columns["attributes"])) >= at_least
    }
    if not suspects:
        return {}
    records = [side for key in suspects for side in (updates[key].before, updates[key].columns["attributes"])]
    source, code = object_type.source.code, object_type.code
    names = [(source, code, f"{key}{end}") for key in suspects for end in ("", "\0")]
    left = np.arange(0, len(records), 2, dtype=np.int32)
    weights = score(build_frame(rules.spec, records, names), rules.spec, rules.weighing, left, left + 1)
    return {
        key: Unlike(weight, conflicts)
        for (key, conflicts), weight in zip(suspects.items(), weights.tolist(), strict=True)
        if weight < rules.model.review_weight
    }


def conflicting(domain: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the identifying attributes of which both say something and nothing in common.

    What survives together (the parts of a name) is one attribute.
    """
    found: dict[str, str] = {}
    for declared in domains.get(domain).attributes:
        mine, theirs = before.get(declared.name), after.get(declared.name)
        if declared.identifying and mine and theirs and not _share(mine, theirs):
            found.setdefault(declared.group or declared.name, declared.name)
    return tuple(found.values())


def _share(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, list) and isinstance(theirs, list):
        return any(one in theirs for one in mine)
    return bool(mine == theirs)


def _hold_back(
    rules: ActiveRules, key: str, update: Update, unlike: Unlike, domain: str, origin: str
) -> Outcome:
    same = Overlay.objects.filter(record=update.record_id, content_hash=update.columns["content_hash"])
    known = same.filter(status__in=[Overlay.Status.OPEN, Overlay.Status.REFUSED]).first()
    if known is not None and known.status == Overlay.Status.REFUSED:
        said = f"{known.closed_by} refused this version on {known.closed_at:%Y-%m-%d}: {known.closed_reason}"
        return Outcome(key, "held", update.record_id, said)
    if known is None:
        answer({update.record_id: None})
        known = _keep(rules, key, update, unlike, domain, origin)
    names = ", ".join(known.conflicts)
    said = (
        f"It would turn {key} into somebody else ({names} conflict); overlay {known.pk} waits for a person."
    )
    return Outcome(key, "held", update.record_id, said)


def _keep(rules: ActiveRules, key: str, update: Update, unlike: Unlike, domain: str, origin: str) -> Overlay:
    now = audit.current().at
    overlay = Overlay.objects.create(
        record_id=update.record_id,
        domain=domain,
        source_key=key,
        attributes=update.columns["attributes"],
        relationships=[one.plain() for one in update.stated],
        payload=update.columns["payload"],
        warnings=update.columns["warnings"],
        record_status=update.columns["status"],
        content_hash=update.columns["content_hash"],
        changed_at=update.changed_at,
        weight=unlike.weight,
        conflicts=list(unlike.conflicts),
        origin=origin[:300],
        arrived_at=now,
    )
    ReviewTask.objects.create(
        domain=domain,
        kind=ReviewTask.Kind.OVERLAY,
        left_id=update.record_id,
        right_id=update.record_id,
        weight=unlike.weight,
        probability=rules.model.probability(unlike.weight),
        overlay=overlay,
        created_at=now,
    )
    return overlay


def answer(taken: Mapping[int, str | None]) -> None:
    """Close the open overlays of records of which a later version was taken; record id -> its stamp."""
    if not taken:
        return
    open_ones = Overlay.objects.filter(record__in=list(taken), status=Overlay.Status.OPEN)
    for overlay in open_ones.order_by("pk").select_for_update(no_key=True):
        stamp = taken[overlay.record_id]
        if not stamp or overlay.changed_at is None or overlay.changed_at <= datetime.fromisoformat(stamp):
            close(overlay, Overlay.Status.OBSOLETE, SOURCE, "The source sent a later version.")


def close(overlay: Overlay, status: Overlay.Status, by: str, reason: str) -> None:
    """End an overlay and the question about it, inside the caller's audit entry."""
    now = audit.current().at
    overlay.status, overlay.closed_at, overlay.closed_by, overlay.closed_reason = status, now, by, reason
    overlay.save(update_fields=["status", "closed_at", "closed_by", "closed_reason"])
    obsolete = status == Overlay.Status.OBSOLETE
    ReviewTask.objects.filter(overlay=overlay, status=ReviewTask.Status.OPEN).update(
        status=ReviewTask.Status.OBSOLETE if obsolete else ReviewTask.Status.DECIDED, closed_at=now
    )
