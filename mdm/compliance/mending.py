"""Mending: what `verify` finds broken is derived again where it can be; the rest is named and left alone."""

from collections.abc import Callable
from dataclasses import dataclass

from mdm import domains
from mdm.compliance import audit
from mdm.compliance.proof.check import Finding
from mdm.compliance.verify import verify
from mdm.resolution.repair import repair
from mdm.rulesets.active import active


@dataclass(frozen=True, slots=True)
class Mended:
    """before: what was broken. after: what still is. refused: why nothing was repaired; empty: it was."""

    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    refused: str = ""


def mend(*, actor: str, cause: str, progress: Callable[[str], None] = lambda line: None) -> Mended:
    """Repair what is derived in every domain, where anything is broken.

    While an input is broken nothing is repaired: the damage would spread to what still tells the truth.
    """
    progress("looking")
    before = tuple(verify(deep=True))
    if not before:
        return Mended(before, before)
    inputs = sorted({finding.check for finding in before if finding.of == "input"})
    if inputs:
        return Mended(
            before,
            before,
            f"Inputs are broken ({', '.join(inputs)}): nothing can tell what they were. Put them right from a"
            " backup, their source or their history first; until then nothing is repaired.",
        )
    with audit.entry(actor=actor, action="repair", cause=cause):
        for domain in sorted(domains.registered()):
            if active(domain) is not None:
                progress(f"repairing {domain}")
                repair(domain, actor=actor, cause=cause)
    progress("looking again")
    return Mended(before, tuple(verify(deep=True)))
