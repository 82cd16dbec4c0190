"""What a person answers to a hold: let it happen, or keep together what would part.

A held merge is answered with the verbs merge and not a match; their judgement decides the hold.
"""

from collections.abc import Callable
from itertools import pairwise

from mdm.compliance import audit
from mdm.models import GoldenRecord, Hold, Judgement, Membership, ReviewTask
from mdm.resolution import hold_life
from mdm.resolution.decisions import Decision, decided
from mdm.resolution.due import with_retries
from mdm.resolution.judging import By, StaleVersion, hold_records, why
from mdm.resolution.locks import Held, holding
from mdm.resolution.resolve import resolve
from mdm.resolution.verdicts import Verdict


def release(number: int, *, by: By) -> Decision:
    """Let happen what the machine wanted; the same change between these records is not held again.

    Raises LookupError for an unknown hold, StaleVersion for one that is closed already.
    """

    def work(hold: Hold, held: Held) -> Decision:
        hold_life.close(hold.pk, Hold.Status.RELEASED, by.actor, why(by))
        settled = resolve(hold.domain, _records(hold), actor=by.actor, cause="release hold", held=held)
        ReviewTask.objects.filter(hold=hold, closed_at=audit.current().at).update(
            status=ReviewTask.Status.DECIDED
        )
        return Decision((), settled)

    return _answer("release hold", number, by, work)


def keep_together(number: int, *, by: By) -> Decision:
    """Hold the parts of a held split to be one: must-links between the most senior record of each.

    Raises LookupError for an unknown hold, StaleVersion for one that is closed already, ValueError for one
    that holds a merge.
    """

    def work(hold: Hold, held: Held) -> Decision:
        if hold.right_records:
            raise ValueError("This hold is about a merge: decide whether they are the same.")
        active = set(_records(hold))
        sides = [tuple(sorted(part)) for cut in hold.parts if (part := active.intersection(cut))]
        seniors = [side[0] for side in sides]
        goldens = list(GoldenRecord.objects.filter(members__record__in=seniors).distinct().order_by("pk"))
        links = [Verdict(Judgement.Kind.MUST_LINK, left, right) for left, right in pairwise(sides)]
        return decided(Judgement.Decision.KEEP, links, goldens, by, held)

    return _answer("keep together", number, by, work)


def _answer(action: str, number: int, by: By, work: Callable[[Hold, Held], Decision]) -> Decision:
    """Run the answer to an open hold, nobody else changing it or the components of its records."""

    def locked(held: Held) -> Decision:
        hold = Hold.objects.get(pk=number)
        hold_records(_records(hold), held)
        hold = Hold.objects.select_for_update(no_key=True).get(pk=number)
        if hold.status != Hold.Status.OPEN:
            when = f"{hold.closed_at:%Y-%m-%d %H:%M}"
            said = f"{hold.closed_by} closed the hold on {when}: {hold.closed_reason}"
            raise StaleVersion("Nothing was changed.", [said])
        return work(hold, held)

    def answer() -> Decision:
        domain = Hold.objects.filter(pk=number).values_list("domain", flat=True).first()
        if domain is None:
            raise LookupError(f"There is no hold {number}.")
        with audit.entry(
            actor=by.actor, action=action, cause=f"hold {number}", reason=why(by), user_id=by.user_id
        ):
            return holding(domain, locked)

    return with_retries(answer)


def _records(hold: Hold) -> list[int]:
    """Return the active records that a hold names."""
    named = [*hold.left_records, *hold.right_records]
    rows = Membership.objects.filter(pk__in=named, record__status="active").order_by("pk")
    return list(rows.values_list("pk", flat=True))
