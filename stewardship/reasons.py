"""Which reasons fit which decision, and the one that the evidence suggests: a steward mostly confirms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mdm.compliance.reading import GoldenSeen
from mdm.models import ReviewTask
from mdm.resolution.explanation import PairExplained

Fitting = Mapping[str, tuple[str, ...]]

FOR_SAME: Fitting = defaultdict(
    lambda: ("same_identifier", "same_contact", "same_person", "source_says_so"),
    product=("same_identifier", "source_says_so", "same_person"),
)
FOR_NOT: Fitting = defaultdict(
    lambda: ("different_identifier", "relatives", "branch", "other"),
    product=("variant", "different_identifier", "other"),
)

SHORT: Mapping[str, str] = {
    "same_identifier": "official identifier",
    "same_contact": "contact and name",
    "same_person": "I know them",
    "source_says_so": "the source says so",
    "different_identifier": "identifiers differ",
    "relatives": "relatives, household",
    "branch": "branch of its own",
    "variant": "another variant",
    "other": "other, namely …",
}
"""The reasons as they stand on the narrow chips of the review page."""

IDENTIFIERS = frozenset({"tax_ids", "registration_ids", "gtin", "gtins", "mpn"})
CONTACTS = frozenset({"emails", "phones"})


def suggested(task: ReviewTask, sides: Sequence[GoldenSeen], told: PairExplained | None) -> tuple[str, str]:
    """Return the reason to propose for "same" and the one for "not the same"."""
    agree = {step.comparison for step in told.steps if step.total > 0} if told else set()
    conflict = {step.comparison for step in told.steps if step.total < 0} if told else set()
    if agree & IDENTIFIERS:
        same = "same_identifier"
    elif agree & CONTACTS and "same_contact" in FOR_SAME[task.domain]:
        same = "same_contact"
    else:
        same = "same_person"
    gates = " ".join([task.gate, *(told.vetoes if told else ())])
    if task.domain == "product":
        return same, "variant"
    if "id" in gates.replace("kinds", "").split(":")[0].split() or conflict & IDENTIFIERS or "tax" in gates:
        return same, "different_identifier"
    organisations = any(side.kind == "organisation" for side in sides)
    return same, "branch" if organisations else "relatives"
