"""The overrides in force: which ones speak for a golden record, and what becomes of those that are over.

An override belongs to the golden record that its source record belongs to. Which ones rule is computed with
the values (mdm.survivorship); written here is only what stays: an override whose record was retired is
carried to another record, one that is spent is withdrawn.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from mdm.compliance import audit
from mdm.copying import array
from mdm.models import AuditEntry, Override
from mdm.resolution.judging import REASONS
from mdm.resolution.scope import Row
from mdm.resolution.write import Place
from mdm.rulesets.active import ActiveRules
from mdm.survivorship import overrides as pure
from mdm.survivorship.compute import compute
from mdm.survivorship.plan import plan_of
from mdm.survivorship.values import Member

STANDING = """
SELECT id FROM mdm_override
WHERE record_id = ANY(%s::bigint[]) AND about = 'golden' AND withdrawn_at IS NULL
"""

RULES = "rules"
"""Who withdraws an override that is spent."""

Standing = Mapping[int, Sequence[Override]]
"""Record id -> the overrides of golden values that hang on it, in force."""


def standing_of(record_ids: Collection[int]) -> Standing:
    """Return the overrides in force of golden values that hang on these records."""
    found: dict[int, list[Override]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [array(record_ids)])
        standing = [number for (number,) in cursor.fetchall()]
    for row in Override.objects.filter(pk__in=standing).order_by("id") if standing else ():
        found.setdefault(row.record_id, []).append(row)
    return found


def pure_form(override: Override) -> pure.Override:
    """Return an override as survivorship takes it."""
    return pure.Override(
        key=str(override.pk),
        attribute=override.attribute,
        value=override.value,
        set_at=override.created_at,
        mode=override.mode,
        action=override.action,
        until=override.until,
        seen=override.seen,
    )


def why_of(override: Override) -> str:
    """Return the reason of an override as people read it."""
    words = REASONS.get(override.reason_code, override.reason_code)
    return f"{words}. {override.reason}".strip()


def told(provenance: dict[str, Any], overrides: Sequence[Override]) -> dict[str, Any]:
    """Return provenance in which every override says by whom, when and because of what."""
    by_key = {str(one.pk): one for one in overrides}
    for why in provenance.values():
        if "override" in why:
            one = by_key[why["override"]]
            why |= {"by": one.actor, "because": why_of(one), "since": one.created_at.date().isoformat()}
    return provenance


def carry(rows: Sequence[Row], places: Mapping[int, Place], members_of: Mapping[int, Sequence[Row]]) -> None:
    """Hang the overrides of retired records on the most senior record that is left of their golden record."""
    silent = [row.id for row in rows if not row.active and row.id in places]
    if not silent:
        return
    for record_id, overrides in standing_of(silent).items():
        golden = places[record_id].golden
        members = members_of.get(golden, ())
        if not members:
            continue
        at_home = [row.id for row in members if places[row.id].home == golden]
        heir = min(at_home or [row.id for row in members])
        for override in overrides:
            _carry_one(override, heir)


def _carry_one(override: Override, heir: int) -> None:
    there = Override.objects.filter(
        record=heir,
        about=override.about,
        attribute=override.attribute,
        action=Override.Action.SET,
        withdrawn_at=None,
    ).first()
    if override.action == Override.Action.SET and there is not None:
        older, newer = sorted((override, there), key=lambda one: (one.created_at, one.pk))
        _withdraw(older, f"Override {newer.pk} of the same value is later.")
        if newer is there:
            return
    _line("carry override", override, f"Record {override.record_id} was retired.")
    override.record_id = heir
    if heir not in override.members:
        override.members = [*override.members, heir]
    override.save(update_fields=["record", "members"])


def withdraw_spent(
    rules: ActiveRules,
    members: Sequence[tuple[int, Member]],
    overrides: Sequence[Override],
    spent: Collection[str],
    today: date,
) -> bool:
    """Withdraw the spent overrides of one golden record that no undo may bring back; whether there were any.

    A merge or split can silence an override too: then it stays, silent, for an undo gives it its word again.
    It is withdrawn only when its day is over, or the records that it was written about say so alone.
    """
    over = [
        one
        for one in overrides
        if str(one.pk) in spent
        and (one.mode == Override.Mode.UNTIL_DATE or _spent_alone(rules, members, one, today))
    ]
    for one in over:
        _withdraw(one, _because(one))
    return bool(over)


def _spent_alone(
    rules: ActiveRules, members: Sequence[tuple[int, Member]], override: Override, today: date
) -> bool:
    witnesses = [member for record_id, member in members if record_id in override.members]
    found = compute(plan_of(rules.survivorship), witnesses, [pure_form(override)], today=today)
    return str(override.pk) in found.spent


def _because(override: Override) -> str:
    match override.mode:
        case Override.Mode.UNTIL_DATE:
            return f"Its last day was {override.until}."
        case Override.Mode.UNTIL_SOURCE_AGREES:
            return "The sources say the same by now."
        case Override.Mode.LATEST_WINS:
            return "A source changed the value later."
        case _:
            return "The sources say something else by now."


def _withdraw(override: Override, reason: str) -> None:
    _line("withdraw override", override, reason)
    override.withdrawn_at = audit.current().at
    override.withdrawn_by = RULES
    override.withdrawn_reason = reason
    override.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _line(action: str, override: Override, reason: str) -> None:
    """Write an audit line of its own: the open entry is about the resolution that this happens in."""
    AuditEntry.objects.create(
        at=Now(),
        actor=audit.current().actor,
        action=action,
        cause=f"override {override.pk} of {override.attribute}",
        reason=reason,
        detail={"override": override.pk, "entry": audit.current().pk},
    )
