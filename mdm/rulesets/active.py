"""The rule set in force, parsed once and held for as long as it is in force."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, reduce
from operator import xor

from django.db import connection

from matching.generic_values import Values, with_generic
from matching.model import Model
from matching.spec import MatchSpec
from mdm import domains
from mdm.code_lists.lists import NO_LISTS, CodeLists
from mdm.code_lists.reading import CodeReader
from mdm.models import RuleSet
from mdm.survivorship.rules import Survivorship
from mdm.together import Answer, Statement

# With a mark of the values that are generic by count: it changes with them.
NOW = """
SELECT pg_current_snapshot()::text,
       (SELECT id FROM mdm_ruleset WHERE domain = %(domain)s AND status = 'active'),
       (SELECT bit_xor(key) FROM mdm_closedkey WHERE domain = %(domain)s AND generic)
"""

COUNTED = """
SELECT of_column, array_agg(value), bit_xor(key) FROM mdm_closedkey
WHERE domain = %s AND generic GROUP BY of_column
"""


@dataclass(frozen=True)
class ActiveRules:
    """One rule set as the values that resolution and survivorship take.

    counted: the values that are generic because records of too many names carry them now; a mark names them.
    """

    rule_set_id: int
    domain: str
    number: int
    spec: MatchSpec
    model: Model
    survivorship: Survivorship
    code_lists: CodeLists = NO_LISTS
    counted: Values = field(default_factory=dict)
    mark: int = 0

    @cached_property
    def weighing(self) -> Model:
        """The model under which records are found and weighed now: its own generic values and the counted."""
        return with_generic(self.model, self.counted)

    @cached_property
    def most_names(self) -> Mapping[int, int]:
        """Blocking rule -> how many names may share a value by which it finds; more make it generic."""
        generic = self.spec.generic
        return dict.fromkeys(self.spec.told_rules, generic.most_names) if generic else {}

    def counting(self, counted: Values) -> ActiveRules:
        """Return the rules under which these values are generic by count."""
        return replace(self, counted=counted) if counted or self.counted else self

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
    return told(_now(domain))


def in_force(domain: str) -> ActiveRules:
    """Return the domain's rule set in force; raises LookupError with what to do when there is none."""
    _, rules = in_force_now(domain)
    return rules


def in_force_now(domain: str) -> tuple[str, ActiveRules]:
    """Return what the database calls its present state, and the domain's rule set in force in it.

    Two equal names of a state mean that no transaction ended between the two, so that whoever saw the first
    has seen the second. Raises LookupError with what to do when there is no rule set.
    """
    return told_now(domain, _now(domain))


def told_now(domain: str, answer: Answer) -> tuple[str, ActiveRules]:
    """Return what `in_force_now` does, as the statement of `asking` has told it."""
    rules = told(answer)
    if rules is None:
        raise LookupError(
            f"Domain {domain} has no active rule set yet: load records and run `manage.py resolve {domain}`."
        )
    return answer[0][0], rules


def asking(domain: str) -> Statement:
    """Return the statement that tells what is in force, to be asked with others; `told` reads its answer."""
    return NOW, {"domain": domain}


def told(answer: Answer) -> ActiveRules | None:
    """Return the rule set in force as the statement has told it, None before the first activation."""
    ((_, row_id, mark),) = answer
    if row_id is None:
        return None
    return _counting(row_id, mark) if mark else parsed(row_id)


def _now(domain: str) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute(*asking(domain))
        answer: Answer = cursor.fetchall()
        return answer


@lru_cache(maxsize=16)
def parsed(rule_set_id: int) -> ActiveRules:
    """Return one rule set as values; rule sets are immutable, so the cache never lies."""
    row = RuleSet.objects.get(pk=rule_set_id)
    found = ActiveRules(
        rule_set_id=row.pk,
        domain=row.domain,
        number=row.number,
        spec=MatchSpec.from_json(row.spec),
        model=Model.from_json(row.model),
        survivorship=Survivorship.from_json(row.survivorship),
        code_lists=CodeLists.from_json(row.code_lists),
    )
    # It stays as long as it is in force, as all does that was loaded before it: the collector of cyclic
    # garbage would walk through it again and again, a tenth of a second each time.
    gc.freeze()
    return found


_KNOWN: dict[tuple[int, int], ActiveRules] = {}
MOST_KNOWN = 16


def _counting(rule_set_id: int, mark: int) -> ActiveRules:
    """Return a rule set with the values that are generic by count; the mark names which they are."""
    known = _KNOWN.get((rule_set_id, mark))
    if known is not None:
        return known
    rules = parsed(rule_set_id)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [rules.domain])
        rows = cursor.fetchall()
    counted = {column: frozenset(values) for column, values, _ in rows}
    # Somebody may have changed them since the mark was read: what is kept stands under its own mark.
    rules = replace(rules, counted=counted, mark=reduce(xor, (part for *_, part in rows), 0))
    if len(_KNOWN) >= MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[rule_set_id, rules.mark] = rules
    return rules


def forget() -> None:
    """Forget what was parsed: numbers of rule sets begin anew, in tests and proofs."""
    parsed.cache_clear()
    _KNOWN.clear()
