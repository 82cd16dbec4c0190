"""Checks of what people decided: it stands in the golden records, by whom and whatever was decided since."""

from collections.abc import Iterator

from django.db import connection

from mdm import domains
from mdm.compliance.proof.check import CALM, Broken, Check
from mdm.models import Judgement
from mdm.resolution.binding import Judgements, Standing, binding_on, judgements_of, standing

CALM_PLACES = (
    f"WITH {CALM} SELECT record_id, golden_id FROM calm WHERE active AND domain = %s AND golden_id > 0"
)


def _places(domain: str) -> dict[int, int]:
    """Return record -> golden record of the active records that wait for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(CALM_PLACES, [domain])
        return dict(cursor.fetchall())


def _by_domain() -> Iterator[tuple[str, list[Standing], Judgements]]:
    """Yield each domain that people decided in, with what binds there."""
    for domain in sorted(domains.registered()):
        found = standing(domain)
        if found:
            named = {record for one in found for record in (*one.left, *one.right)}
            yield domain, binding_on(domain, named), judgements_of(domain)


def _actor(number: int) -> str:
    return str(Judgement.objects.values_list("actor", flat=True).get(pk=number))


def _apart() -> Iterator[Broken]:
    """Look for golden records that hold what a person holds apart."""
    for domain, binding, _ in _by_domain():
        golden_of = _places(domain)
        sizes: dict[int, int] = {}
        for golden in golden_of.values():
            sizes[golden] = sizes.get(golden, 0) + 1
        for one in binding:
            left, right = ({golden_of[r] for r in side if r in golden_of} for side in (one.left, one.right))
            if one.kind == "alone":
                together = {golden for golden in left if sizes[golden] > 1}
            else:
                together = left & right if one.kind in ("cannot_link", "apart") else set()
            for golden in sorted(together):
                yield Broken(golden, f"holds records that {_actor(one.id)} holds apart (judgement {one.id}).")


def _together() -> Iterator[Broken]:
    """Look for must-links across golden records that nothing holds apart."""
    for domain, binding, judgements in _by_domain():
        golden_of = _places(domain)
        for one in binding:
            if one.kind != "must_link" or one.rank != "human":
                continue
            ends = (one.left[0], one.right[0])
            if not all(end in golden_of for end in ends):
                continue
            across = (golden_of[ends[0]], golden_of[ends[1]])
            if across[0] != across[1] and not judgements.answered(golden_of, [across]):
                yield Broken(
                    ends[0],
                    f"is held by {_actor(one.id)} to be one with a record of another golden record"
                    f" (must-link {one.id}).",
                )


CHECKS = (
    Check(
        "cannot-link",
        promise=5,
        holds="What people hold apart, and still hold so today, never lies in one golden record.",
        about="golden",
        look=_apart,
    ),
    Check(
        "must-link",
        promise=5,
        holds="A person's must-link lies in one golden record, unless what people hold apart contradicts it.",
        about="record",
        look=_together,
    ),
)
