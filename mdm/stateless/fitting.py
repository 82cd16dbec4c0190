"""Which domain a table is of: the one that its columns clearly fit, else generic, and the reason in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mdm import domains
from mdm.ingestion.suggest import SAMPLE_ROWS, Suggestion, suggest
from mdm.ingestion.synonyms import OWN_WORDS, fold
from mdm.stateless.gathering import Family
from mdm.stateless.keys import KeyChoice

GENERIC = "generic"
LEAST_SHARE = 0.6
"""Share of the columns with values that a domain must know."""
LEAST_ATTRIBUTES = 3
STAMPS = ("source_key", "changed_at", "created_at")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the columns of one family fit a domain."""

    domain: str
    known: tuple[str, ...]
    """The attributes that its columns mean."""
    columns: int
    """Columns with values that are neither key nor stamp."""
    clear: bool

    @property
    def share(self) -> float:
        """The share of columns that the domain knows."""
        return len(self.known) / self.columns if self.columns else 0.0

    @property
    def described(self) -> str:
        """The fit in words."""
        shown = f" ({', '.join(self.known)})" if self.known else ""
        return f"{self.domain}: {len(self.known)} of {self.columns} columns{shown}"


def suggested(family: Family, domain: str, key: KeyChoice) -> Suggestion:
    """Return the mapping proposed for a family, from rows chosen by what they hold."""
    return suggest(family.columns, family.sample(SAMPLE_ROWS), domain, key=key.column)


def fit(family: Family, domain: str, key: KeyChoice) -> Fit:
    """Return how well a family fits a domain.

    It is clear when the domain knows most columns, at least three, one of which can tell records apart.
    """
    plans = [
        plan
        for plan in suggested(family, domain, key).columns
        if plan.column != key.column and plan.look.kind != "empty" and plan.attribute not in STAMPS
    ]
    known = tuple(dict.fromkeys(plan.attribute for plan in plans if plan.attribute))
    identifying = {attribute.name for attribute in domains.get(domain).attributes if attribute.identifying}
    tells = any(name.partition(".")[0] in identifying for name in known)
    clear = tells and len(known) >= LEAST_ATTRIBUTES and len(known) >= LEAST_SHARE * len(plans)
    return Fit(domain, known, len(plans), clear)


def choose_domain(families: Sequence[Family], keys: Sequence[KeyChoice]) -> tuple[str, str]:
    """Return the domain that every family clearly fits, or generic, with the reason as a sentence."""
    fits = {
        code: [fit(family, code, key) for family, key in zip(families, keys, strict=True)]
        for code in domains.registered()
    }
    clear = [code for code, found in fits.items() if all(one.clear for one in found)]
    if not clear:
        best = max(fits, key=lambda code: (min(one.share for one in fits[code]), code == "customer"))
        least = min(fits[best], key=lambda one: one.share)
        return GENERIC, f"no domain knows most of the columns; the nearest is {least.described}"
    # Of domains that know the same columns the one is meant whose word stands in a file's or a column's name.
    said = " ".join(fold(text) for family in families for text in (*family.files, *family.columns))
    best = max(clear, key=lambda code: (_share(fits[code]), _is_said(code, said)))
    return best, "; ".join(dict.fromkeys(one.described for one in fits[best]))


def _share(found: Sequence[Fit]) -> float:
    return round(min(one.share for one in found), 2)


def _is_said(domain: str, text: str) -> bool:
    return re.search(rf"\b(?:{OWN_WORDS.get(domain, domain)})s?\b", text) is not None
