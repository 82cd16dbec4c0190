"""A proposed rule set: drafted by one person, put in force by another, and never changed in between."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from matching.model import Model
from matching.spec import MatchSpec
from mdm.code_lists.lists import CodeLists
from mdm.code_lists.replaying import replay_crossed
from mdm.compliance import audit
from mdm.models import AuditEntry, Membership, RuleSet
from mdm.resolution.apply import Settled
from mdm.resolution.decisions import preview
from mdm.resolution.locks import seize_domain
from mdm.rulesets.active import active, in_force, parsed
from mdm.rulesets.churn import Churn, allowed, churn_of
from mdm.rulesets.recompute import recompute
from mdm.survivorship.rules import Survivorship

FINGERPRINT = """encode(sha256(convert_to(
    spec::text || model::text || survivorship::text || code_lists::text, 'UTF8')), 'hex')"""
"""SQL: SHA-256 of all that a rule set says, in the one spelling that PostgreSQL gives a jsonb value."""


class DraftRefused(Exception):
    """A draft cannot be put in force as asked; the message says why and what to do."""


def write(
    domain: str,
    *,
    status: RuleSet.Status,
    spec: MatchSpec,
    model: Model,
    survivorship: Survivorship,
    code_lists: CodeLists,
    actor: str,
) -> RuleSet:
    """Write a rule set under the next number of its domain, inside the caller's audit entry."""
    entry = audit.current()
    model.require(spec)
    last: dict[str, Any] = RuleSet.objects.filter(domain=domain).aggregate(number=Max("number"))
    row = RuleSet.objects.create(
        domain=domain,
        number=(last["number"] or 0) + 1,
        status=status,
        spec=spec.to_json(),
        model=model.to_json(),
        survivorship=survivorship.to_json(),
        code_lists=code_lists.to_json(),
        fingerprint=spec.fingerprint(),
        created_by=actor,
        activated_at=entry.at if status == RuleSet.Status.ACTIVE else None,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE mdm_ruleset SET fingerprint = {FINGERPRINT} WHERE id = %s", [row.pk])
    row.refresh_from_db(fields=["fingerprint"])
    return row


def retire_active(domain: str) -> None:
    """Take the rule set in force out of force, inside the caller's audit entry."""
    for before in RuleSet.objects.filter(domain=domain, status=RuleSet.Status.ACTIVE):
        before.status = RuleSet.Status.RETIRED
        before.save(update_fields=["status"])


def propose(
    domain: str,
    *,
    spec: MatchSpec,
    model: Model,
    survivorship: Survivorship,
    actor: str,
    reason: str,
    user_id: int | None = None,
    code_lists: CodeLists | None = None,
) -> RuleSet:
    """Draft a rule set: nothing is resolved by it until `put_in_force`.

    code_lists None: as they are in force.
    """
    if code_lists is None:
        code_lists = in_force(domain).code_lists
    with audit.entry(
        actor=actor, action="propose rule set", cause="proposal", reason=reason, user_id=user_id
    ):
        return write(
            domain,
            status=RuleSet.Status.DRAFT,
            spec=spec,
            model=model,
            survivorship=survivorship,
            code_lists=code_lists,
            actor=actor,
        )


class ChurnRefused(DraftRefused):
    """A draft would move more records between golden records than the budget allows."""

    def __init__(self, message: str, churn: Churn) -> None:
        super().__init__(message)
        self.churn = churn


class Activated(NamedTuple):
    """What came of putting a draft in force."""

    rule_set: RuleSet
    settled: Settled
    churn: Churn


def rehearse(rule_set_id: int, *, actor: str, user_id: int | None = None) -> Churn:
    """Return how much would change hands if a draft came into force: it is put in force and rolled back.

    Whoever drafted it may rehearse it. It takes as long as the activation, alone in the domain.
    """
    return preview(
        lambda: _activate(rule_set_id, actor, "A rehearsal.", user_id, accept_moved=None, rehearsed=True)
    ).churn


def put_in_force(
    rule_set_id: int,
    *,
    actor: str,
    reason: str,
    user_id: int | None = None,
    accept_moved: int | None = None,
) -> Activated:
    """Put a draft in force, retire the one before, and compute anew what differs, in one transaction.

    A draft that groups records otherwise resolves the whole domain; one that changes values only computes
    what its survivorship or code lists touch, and takes rows in again whose code a cross-walk reads now.

    Raises DraftRefused when it is no draft, when the person who drafted it asks, or when another rule set
    came into force since it was drafted: what it was made from is history then; ChurnRefused when more
    records would move between golden records than the rule set in force allows, and than `accept_moved`.
    """
    return _activate(rule_set_id, actor, reason, user_id, accept_moved=accept_moved, rehearsed=False)


def _activate(
    rule_set_id: int,
    actor: str,
    reason: str,
    user_id: int | None,
    *,
    accept_moved: int | None,
    rehearsed: bool,
) -> Activated:
    with audit.entry(
        actor=actor, action="activate rule set", cause="approval", reason=reason, user_id=user_id
    ) as entry:
        domain = RuleSet.objects.values_list("domain", flat=True).get(pk=rule_set_id)
        seize_domain(domain)
        row = RuleSet.objects.get(pk=rule_set_id)
        _refuse(row, None if rehearsed else actor)
        before = active(domain)
        records = Membership.objects.filter(domain=domain, golden__isnull=False).count()
        retire_active(domain)
        row.status, row.activated_at = RuleSet.Status.ACTIVE, entry.at
        row.save(update_fields=["status", "activated_at"])
        settled = recompute(before, in_force(domain), actor=actor, cause=f"activation of {row}")
        churn = churn_of(settled, records)
        if not rehearsed:
            _refuse_churn(row, churn, allowed(before, records), accept_moved)
        _report(row, churn)
        replay_crossed(parsed(row.pk), actor=actor, reason=f"activation of {row}")
        return Activated(row, settled, churn)


def _refuse_churn(row: RuleSet, churn: Churn, budget: int | None, accepted: int | None) -> None:
    if budget is None or churn.moved <= max(budget, accepted or 0):
        return
    raise ChurnRefused(
        f"The {row} would move more records than the {budget:,} that may move: {churn.words()}"
        f" Whoever puts it in force all the same accepts {churn.moved:,} moved records by that number.",
        churn,
    )


def _report(row: RuleSet, churn: Churn) -> None:
    """Write the churn as an audit line of its own: the open entry is written already."""
    entry = audit.current()
    AuditEntry.objects.create(
        at=Now(), actor=entry.actor, action="report churn", cause=f"activation of {row}",
        reason=churn.words(), detail={**churn.to_json(), "rule_set": row.pk, "entry": entry.pk},
    )  # fmt: skip


def _refuse(row: RuleSet, actor: str | None) -> None:
    if row.status != RuleSet.Status.DRAFT:
        raise DraftRefused(f"The {row} is {row.get_status_display()}, not a draft: propose a new one.")
    if row.created_by == actor:
        raise DraftRefused(f"You drafted the {row} yourself: somebody else puts it in force.")
    newer = RuleSet.objects.filter(domain=row.domain, activated_at__gt=row.created_at).first()
    if newer is not None:
        raise DraftRefused(f"The {newer} came into force after this draft was made: propose it anew.")
