"""What a person decides about single source records: one stands alone, moves, or is matched anew.

Each is a judgement, and resolving again, as every decision is (mdm.resolution.decisions).
"""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q

from mdm.models import Judgement, Membership
from mdm.resolution.decisions import Decision, decide, decided, staying_of
from mdm.resolution.judging import (
    By,
    Contradiction,
    StaleVersion,
    hold_records,
    live_goldens,
    refuse_contradictions,
)
from mdm.resolution.locks import Held
from mdm.resolution.resolve import resolve
from mdm.resolution.verdicts import Verdict, judge, records_named, side_of, withdraw


def isolate(record_id: int, *, versions: Mapping[str, int] | None = None, by: By) -> Decision:
    """Let a source record stand alone until released: no other joins it, whatever was decided before.

    Undoing it releases the record. Raises LookupError, StaleVersion, or Contradiction when it stands alone
    already.
    """

    def work(held: Held) -> Decision:
        (golden,) = live_goldens([code_of(record_id)], versions, at_least=1, held=held)
        staying_of(golden, [record_id], "Nothing was isolated.")
        said = Judgement.objects.filter(kind=Judgement.Kind.ALONE, left=record_id, withdrawn_at=None).first()
        if said is not None:
            told = f"{said.actor} decided so on {said.created_at:%Y-%m-%d} (judgement {said.pk})."
            raise Contradiction("It stands alone already.", [told])
        verdict = Verdict(Judgement.Kind.ALONE, (record_id,))
        return decided(Judgement.Decision.ISOLATE, [verdict], [golden], by, held)

    return decide("isolate", [code_of(record_id)], by, work)


def move(
    record_ids: Collection[int], to: str, *, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Take source records out of their golden record and hold them to be one with another that keeps its id.

    Raises LookupError, StaleVersion, or Contradiction with what stands against it.
    """
    moving = sorted(set(record_ids))
    refused = "Nothing was moved."

    def work(held: Held) -> Decision:
        goldens = live_goldens([code_of(moving[0]), to], versions, at_least=1, held=held)
        if len(goldens) == 1:
            raise StaleVersion(refused, [f"The records belong to {goldens[0].code} already."])
        origin, target = goldens
        staying = staying_of(origin, moving, refused)
        refuse_contradictions([target], refused, also=moving)
        verdicts = [
            Verdict(Judgement.Kind.MUST_LINK, (one,), side_of(target), keeps=target) for one in moving
        ]
        if staying:
            verdicts.append(Verdict(Judgement.Kind.APART, tuple(moving), tuple(staying)))
        return decided(Judgement.Decision.MOVE, verdicts, goldens, by, held)

    if not moving:
        raise Contradiction(refused, ["No record was named."])
    return decide("move", [code_of(moving[0]), to], by, work)


def rematch(record_ids: Collection[int], *, versions: Mapping[str, int] | None = None, by: By) -> Decision:
    """Release what people decided about these source records of one golden record, and resolve them anew.

    Undoing it puts in force again what it released. What a source says of its own records stands. Raises
    LookupError, StaleVersion.
    """
    asked = sorted(set(record_ids))
    refused = "Nothing was matched anew."

    def work(held: Held) -> Decision:
        (golden,) = live_goldens([code_of(asked[0])], versions, at_least=1, held=held)
        staying_of(golden, asked, refused)
        standing = _about(golden.domain, asked)
        records = {*asked, *records_named(standing)}
        hold_records(records, held)
        (made,) = judge(
            Judgement.Decision.REMATCH, [Verdict(Judgement.Kind.RELEASED, tuple(asked))], [golden], by
        )
        for one in standing:
            withdraw(one, by, released_by=made)
        return Decision(
            (made.pk,), resolve(golden.domain, records, actor=by.actor, cause="rematch", held=held)
        )

    if not asked:
        raise Contradiction(refused, ["No record was named."])
    return decide("rematch", [code_of(asked[0])], by, work)


def code_of(record_id: int) -> str:
    """Return the id of the golden record that a source record is in; raises LookupError, StaleVersion."""
    row = Membership.objects.select_related("golden").filter(pk=record_id).first()
    if row is None:
        raise LookupError(f"There is no source record {record_id}.")
    if row.golden is None:
        waits = "The record waits to be resolved: come back in a moment."
        raise StaleVersion("Nothing was decided.", [waits])
    return row.golden.code


def _about(domain: str, record_ids: Sequence[int]) -> list[Judgement]:
    """Return people's judgements in force that name these records, not only a side that they belong to."""
    ends = Q(left__in=record_ids) | Q(right__in=record_ids)
    parted = Q(kind=Judgement.Kind.APART) & (
        Q(left_records__overlap=list(record_ids)) | Q(right_records__overlap=list(record_ids))
    )
    kinds = (Judgement.Kind.CONFIRMED, Judgement.Kind.RELEASED)
    rows = Judgement.objects.select_for_update(no_key=True).filter(
        ends | parted, domain=domain, rank=Judgement.Rank.HUMAN, withdrawn_at=None
    )
    return list(rows.exclude(kind__in=kinds).order_by("pk"))
