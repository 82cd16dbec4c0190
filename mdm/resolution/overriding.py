"""What a steward says himself: a golden value by override, or what a source record says; and taking it back.

A golden value changes at the end of resolution only, so one transaction writes the override and settles. What
a record says changes how it matches: like an accepted version it is published first, with its keys, and
resolved in a transaction of its own (design §5), so that two who meet because of it see each other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mdm import domains
from mdm.compliance import audit
from mdm.models import GoldenRecord, Membership, Override
from mdm.resolution import keys, scope
from mdm.resolution.apply import Settled
from mdm.resolution.due import with_retries
from mdm.resolution.judging import (
    By,
    Contradiction,
    StaleVersion,
    hold_records,
    live_goldens,
    senior_record,
    why,
)
from mdm.resolution.locks import Held, holding, share_domain
from mdm.resolution.resolve import resolve
from mdm.resolution.standing import pure_form
from mdm.resolution.typed_values import BadValue, canonical
from mdm.resolution.values import base_value
from mdm.rulesets.active import in_force
from mdm.survivorship.overrides import attribute_of
from mdm.survivorship.values import is_filled, same_form
from mdm.xref.redirect import live_golden

AGAIN = """
WITH raised AS (UPDATE mdm_sourcerecord SET version = version + 1 WHERE id = ANY(%(ids)s))
UPDATE mdm_membership SET due = true, due_version = due_version + 1, attempts = 0, parked_reason = ''
WHERE record_id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Overridden:
    """What came of an override or of its withdrawal."""

    override_ids: tuple[int, ...]
    settled: Settled


def override(
    code: str,
    attribute: str,
    value: Any,
    *,
    mode: str = Override.Mode.ALWAYS,
    action: str = Override.Action.SET,
    until: date | None = None,
    versions: Mapping[str, int] | None = None,
    by: By,
) -> Overridden:
    """Set a golden value by hand; an earlier override of it that hangs on the same record is replaced.

    Its kind is set on every source record, for it decides who may be one. Raises BadValue, StaleVersion, or
    Contradiction when the sources say so already.
    """

    def work(held: Held) -> Overridden:
        (golden,) = live_goldens([code], versions, at_least=1, held=held)
        said = canonical(golden.domain, attribute, value, country=_country(golden))
        rules = in_force(golden.domain)
        members = [row for row in scope.rows_of(_members(golden)) if row.active]
        base = base_value(rules, members, attribute, audit.current().at.date())
        written = Override(
            domain=golden.domain, record_id=senior_record(golden), about=Override.About.GOLDEN,
            attribute=attribute, action=action, value=said, mode=mode, until=until, seen=base,
            members=[row.id for row in members],
        )  # fmt: skip
        _refuse_pointless(written, base, audit.current().at.date())
        _write(written, by)
        return Overridden((written.pk,), _resolve([written], by, "override", held))

    def decide() -> Overridden:
        domain = live_golden(code).domain
        with audit.entry(**_entry("override", by, f"{attribute} of {code}")):
            return holding(domain, work)

    if is_said_of_records(attribute):
        return _say_of_golden(code, attribute, value, versions, by)
    return with_retries(decide)


def is_said_of_records(attribute: str) -> bool:
    """Whether a golden value follows from a gate of matching, so that it is set on the source records."""
    return attribute == "kind"


def say(record_ids: Collection[int], attribute: str, value: Any, *, by: By) -> Overridden:
    """Set what source records say of an attribute, in the stewards' partial record of each; resolve again.

    Keys, edges and clusters follow, as if the sources had said so, until it is withdrawn. Raises LookupError
    for unknown records, BadValue.
    """
    ids = sorted(set(record_ids))
    if attribute != attribute_of(attribute):
        raise BadValue("What a record says is set whole: name the attribute without a scope.")

    def publish() -> list[Override]:
        with audit.entry(**_entry("correct record", by, f"{attribute} of {len(ids)} source records")):
            domain = _domain_of(ids)
            share_domain(domain)
            rows = {row.id: row for row in scope.rows_of(ids)}
            made = []
            for record_id in ids:
                home = rows[record_id].attributes.get("billing_address")
                country = str(home.get("country", "")) if isinstance(home, dict) else ""
                written = Override(
                    domain=domain, record_id=record_id, about=Override.About.RECORD, attribute=attribute,
                    value=canonical(domain, attribute, value, country=country),
                    seen=rows[record_id].attributes.get(attribute), members=[record_id],
                )  # fmt: skip
                made.append(_write(written, by))
            _publish(domain, ids)
            return made

    made = with_retries(publish)
    return Overridden(tuple(one.pk for one in made), _resolve_published(made, by))


def withdraw_override(override_id: int, *, by: By) -> Overridden:
    """Take an override out of force, with those that the same decision made of other records; resolve again.

    Raises LookupError for an unknown one, StaleVersion for one that is withdrawn already.
    """

    def work(held: Held) -> tuple[list[Override], Settled | None]:
        asked = _known(override_id)
        together = Override.objects.filter(
            entry_id=asked.entry_id, about=asked.about, attribute=asked.attribute
        )
        records = sorted(set(together.values_list("record_id", flat=True)))
        hold_records(records, held)
        found = list(together.filter(withdrawn_at=None).select_for_update(no_key=True).order_by("pk"))
        _refuse_withdrawn(override_id, found)
        for one in found:
            _take_back(one, by.actor, why(by))
        if asked.about == Override.About.RECORD:
            _publish(asked.domain, sorted({one.record_id for one in found}))
            return found, None
        return found, _resolve(found, by, "withdraw override", held)

    def withdraw() -> tuple[list[Override], Settled | None]:
        domain = _known(override_id).domain
        with audit.entry(**_entry("withdraw override", by, f"override {override_id}")):
            return holding(domain, work)

    found, settled = with_retries(withdraw)
    if settled is None:
        settled = _resolve_published(found, by)
    return Overridden(tuple(one.pk for one in found), settled)


def _known(override_id: int) -> Override:
    found = Override.objects.filter(pk=override_id).first()
    if found is None:
        raise LookupError(f"There is no override {override_id}.")
    return found


def _refuse_withdrawn(override_id: int, standing: Sequence[Override]) -> None:
    if override_id in {one.pk for one in standing}:
        return
    asked = _known(override_id)
    when = f"{asked.withdrawn_at:%Y-%m-%d %H:%M}"
    raise StaleVersion("Nothing was withdrawn.", [f"{asked.withdrawn_by} withdrew it on {when}."])


def _resolve(overrides: Sequence[Override], by: By, cause: str, held: Held | None = None) -> Settled:
    records = {one.record_id for one in overrides}
    return resolve(overrides[0].domain, records, actor=by.actor, cause=cause, held=held)


def _resolve_published(overrides: Sequence[Override], by: By) -> Settled:
    """Resolve what was published in a transaction before, for the same reason."""

    def work() -> Settled:
        said = f"what stewards say of {overrides[0].attribute}"
        with audit.entry(**_entry("resolve", by, said)):
            return _resolve(overrides, by, said)

    return with_retries(work)


def sources_say(override: Override) -> Any:
    """Return what the sources give today for what is overridden; None: nothing.

    Where that is the override's own value, it has done its work and can go.
    """
    record = override.record
    if override.about == Override.About.RECORD:
        return record.attributes.get(override.attribute)
    golden = record.membership.golden
    if golden is None:
        return None
    members = [row for row in scope.rows_of(_members(golden)) if row.active]
    return base_value(in_force(override.domain), members, override.attribute, timezone.now().date())


def _say_of_golden(
    code: str, attribute: str, value: Any, versions: Mapping[str, int] | None, by: By
) -> Overridden:
    def chosen() -> list[int]:
        domain = live_golden(code).domain
        with transaction.atomic():
            return holding(
                domain, lambda held: _members(*live_goldens([code], versions, at_least=1, held=held))
            )

    return say(with_retries(chosen), attribute, value, by=by)


def _refuse_pointless(written: Override, base: Any, today: date) -> None:
    """Raise BadValue for an override that cannot stand as written, or would be over at once."""
    declared = domains.get(written.domain).attribute(written.attribute)
    assert declared is not None  # `canonical` refused any other
    if written.action == Override.Action.ADD and not declared.multi_valued:
        raise BadValue(f"{declared.shown_as} has one value: set it, nothing can be added to it.")
    if written.action != Override.Action.SET and isinstance(written.value, list):
        if len(written.value) > 1:
            raise BadValue(f"{declared.shown_as}: add, or leave out, one value at a time.")
        written.value = written.value[0]
    written.created_at = audit.current().at
    standing = pure_form(written)
    if written.mode == Override.Mode.UNTIL_SOURCE_AGREES and _agree(base, written.value):
        raise Contradiction("Nothing was overridden.", ["The sources say the same already."])
    if written.mode == Override.Mode.UNTIL_DATE and not standing.holds(base, None, today):
        raise BadValue(f"{written.until} is over: choose a later last day.")


def _agree(one: Any, other: Any) -> bool:
    return is_filled(one) == is_filled(other) and same_form(one) == same_form(other)


def _write(written: Override, by: By) -> Override:
    """Write an override; the one it replaces, of the same record and attribute, is withdrawn."""
    entry = audit.current()
    standing = Override.objects.filter(
        record=written.record_id, about=written.about, attribute=written.attribute, action=written.action,
        withdrawn_at=None,
    )  # fmt: skip
    for one in standing:
        if written.action == Override.Action.SET or _agree(one.value, written.value):
            _take_back(one, by.actor, "A later override replaces it.")
    written.actor, written.entry_id, written.created_at = by.actor, entry.pk, entry.at
    written.reason_code, written.reason = by.reason_code, by.reason
    written.save(force_insert=True)
    return written


def _take_back(one: Override, actor: str, reason: str) -> None:
    one.withdrawn_at, one.withdrawn_by, one.withdrawn_reason = audit.current().at, actor, reason
    one.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _publish(domain: str, record_ids: Sequence[int]) -> None:
    """Raise the version of records whose reading changed, write their keys anew, and make them due."""
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, {"ids": list(record_ids)})
    live = [row for row in scope.rows_of(record_ids) if row.active]
    rules = in_force(domain)
    keys.rewrite(
        rules,
        record_ids=[row.id for row in live],
        records=scope.matched(rules, live),
        names=[row.name for row in live],
        known=record_ids,
    )


def _domain_of(record_ids: Sequence[int]) -> str:
    found = dict(Membership.objects.filter(pk__in=record_ids).values_list("record_id", "domain"))
    missing = sorted(set(record_ids) - set(found))
    if missing or not found:
        raise LookupError(f"There are no source records {missing}.")
    if len(set(found.values())) > 1:
        raise Contradiction("Nothing was said.", ["Records of two domains have no attribute in common."])
    return next(iter(found.values()))


def _members(golden: GoldenRecord) -> list[int]:
    rows = golden.members.filter(record__status="active").order_by("record_id")
    return list(rows.values_list("record_id", flat=True))


def _country(golden: GoldenRecord) -> str:
    home = golden.attributes.get("billing_address")
    return str(home.get("country", "")) if isinstance(home, dict) else ""


def _entry(action: str, by: By, cause: str) -> dict[str, Any]:
    return {
        "actor": by.actor, "action": action, "cause": cause[:300], "reason": why(by), "user_id": by.user_id,
    }  # fmt: skip
