"""The rule set in force, parsed once and held for as long as it is in force."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.db import connection

from matching.model import Model
from matching.spec import MatchSpec
from mdm import domains
from mdm.code_lists.lists import NO_LISTS, CodeLists
from mdm.code_lists.reading import CodeReader
from mdm.models import RuleSet
from mdm.survivorship.rules import Survivorship

ACTIVE = "SELECT id FROM mdm_ruleset WHERE domain = %s AND status = 'active'"

NOW = f"""
SELECT pg_current_snapshot()::text, ({ACTIVE})
"""


@dataclass(frozen=True)
class ActiveRules:
    """One rule set as the values that resolution and survivorship take."""

    rule_set_id: int
    domain: str
    number: int
    spec: MatchSpec
    model: Model
    survivorship: Survivorship
    code_lists: CodeLists = NO_LISTS

    @property
    def caps(self) -> tuple[int, ...]:
        """How many records may carry a key of each blocking rule; more close it."""
        return self.model.caps(self.spec)

    @cached_property
    def codes(self) -> CodeReader:
        """What reads the codes of a source as canonical ones."""
        return CodeReader(domains.get(self.domain), self.code_lists)

    @cached_property
    def matches_by_codes(self) -> bool:
        """Whether a code that a list reads takes part in matching."""
        return self.codes.touches(path for column in self.spec.columns for path in column.inputs)


def active(domain: str) -> ActiveRules | None:
    """Return the domain's rule set in force, or None before the first activation."""
    with connection.cursor() as cursor:
        cursor.execute(ACTIVE, [domain])
        row = cursor.fetchone()
    return None if row is None else parsed(row[0])


def in_force(domain: str) -> ActiveRules:
    """Return the domain's rule set in force; raises LookupError with what to do when there is none."""
    _, rules = in_force_now(domain)
    return rules


def in_force_now(domain: str) -> tuple[str, ActiveRules]:
    """Return what the database calls its present state, and the domain's rule set in force in it.

    Two equal names of a state mean that no transaction ended between the two, so that whoever saw the first
    has seen the second. Raises LookupError with what to do when there is no rule set.
    """
    with connection.cursor() as cursor:
        cursor.execute(NOW, [domain])
        snapshot, row_id = cursor.fetchone()
    if row_id is None:
        raise LookupError(
            f"Domain {domain} has no active rule set yet: load records and run `manage.py resolve {domain}`."
        )
    return snapshot, parsed(row_id)


@lru_cache(maxsize=16)
def parsed(rule_set_id: int) -> ActiveRules:
    """Return one rule set as values; rule sets are immutable, so the cache never lies."""
    row = RuleSet.objects.get(pk=rule_set_id)
    return ActiveRules(
        rule_set_id=row.pk,
        domain=row.domain,
        number=row.number,
        spec=MatchSpec.from_json(row.spec),
        model=Model.from_json(row.model),
        survivorship=Survivorship.from_json(row.survivorship),
        code_lists=CodeLists.from_json(row.code_lists),
    )
