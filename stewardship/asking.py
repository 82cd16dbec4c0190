"""A decision as an address names it: its verb, the records it is about, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from mdm.models import GoldenRecord, Judgement, Override, SourceRecord
from mdm.resolution.decisions import By, Term, confirm, merge, not_a_match, split, undo
from mdm.resolution.overriding import withdraw_override
from mdm.resolution.placing import isolate, move, rematch
from mdm.resolution.verdicts import records_named
from mdm.xref.redirect import live_golden
from mdm.xref.search import search_ids
from stewardship import overriding

Decide = Callable[[By], Any]


@dataclass(frozen=True)
class Verb:
    """One kind of decision: how it is headed, and the reason that fits it best."""

    title: str
    button: str
    reason: str


VERBS: Mapping[str, Verb] = {
    "merge": Verb("Merge into one", "Merge", "same_person"),
    "not": Verb("Keep apart", "Keep apart", "relatives"),
    "split": Verb("Take records out", "Split", "mistake"),
    "undo": Verb("Undo a decision", "Undo", "mistake"),
    "confirm": Verb("Confirm as right", "Confirm", "same_person"),
    "move": Verb("Move to another golden record", "Move", "mistake"),
    "isolate": Verb("Let it stand alone", "Let it stand alone", "documents"),
    "rematch": Verb("Match anew", "Match anew", "mistake"),
    "override": Verb("Override a value", "Override", "asked"),
    "correct": Verb("Correct a source record", "Correct", "asked"),
    "withdraw": Verb("Withdraw what a steward said", "Withdraw", "mistake"),
}
ABOUT_VALUES = ("asked", "documents", "wrong_at_source", "mistake", "other")
"""Reasons that fit decisions about values."""
VERSION = "version-"
"""How the fields begin that say which version of a golden record was shown."""
SAME = ("same_identifier", "same_person", "same_contact", "source_says_so", "asked", "documents", "other")
DIFFERENT = (
    "different_identifier", "relatives", "branch", "variant", "wrong_at_source", "mistake", "asked",
    "documents", "other",
)  # fmt: skip
FITTING: Mapping[str, tuple[str, ...]] = {
    "merge": SAME,
    "confirm": SAME,
    "not": DIFFERENT,
    "split": DIFFERENT,
    "move": DIFFERENT,
    "isolate": DIFFERENT,
    "rematch": ("mistake", "wrong_at_source", "asked", "documents", "other"),
    "undo": ("mistake", "wrong_at_source", "asked", "documents", "other"),
}
"""Reasons that fit decisions about who is who, the likely ones first."""


@dataclass(frozen=True)
class Asked:
    """A decision as the address names it: the function that makes it, and the golden records it is about."""

    verb: str
    decide: Decide
    goldens: tuple[GoldenRecord, ...]


class NotAsked(Exception):
    """The address names no decision; the message says what is wrong."""


def read(query: QueryDict, form: QueryDict) -> Asked:
    """Return the decision that a query names; raises NotAsked, LookupError or ValueError with a sentence.

    form: what the page of the preview adds: the versions that were shown, how long a "not a match" stands.
    """
    versions = versions_of(form)
    verb, codes = query.get("verb", ""), query.getlist("id")
    if verb not in VERBS:
        raise NotAsked(f"{verb!r} is no decision; there are {', '.join(VERBS)}.")
    if verb in ("undo", "withdraw", "correct"):
        return READERS[verb](query)
    if verb in ("move", "isolate", "rematch"):
        return _read_placing(verb, query, versions)
    if not codes:
        raise NotAsked("A decision names at least one golden id.")
    first = live_golden(codes[0])
    goldens = (first, *(target_of(code, first.domain) for code in codes[1:]))
    codes = [golden.code for golden in goldens]
    keep = query.get("keep") or None
    records = [int(one) for one in query.getlist("record")]
    if verb == "override":
        wanted = overriding.asked(query, goldens[0].domain)
        return Asked(verb, lambda by: wanted.of_golden(codes[0], by), goldens)
    decisions: Mapping[str, Decide] = {
        "merge": lambda by: merge(codes, keep=keep, versions=versions, by=by),
        "not": lambda by: not_a_match(codes, term=term_of(form), versions=versions, by=by),
        "split": lambda by: split(codes[0], records, versions=versions, by=by),
        "confirm": lambda by: confirm(codes[0], versions=versions, by=by),
    }
    return Asked(verb, decisions[verb], goldens)


def versions_of(form: QueryDict) -> dict[str, int] | None:
    """Return the versions of golden records that the page showed; None where it showed none."""
    shown = [
        (name.removeprefix(VERSION), str(value)) for name, value in form.items() if name.startswith(VERSION)
    ]
    return {code: int(value) for code, value in shown if value.isdecimal()} or None


def term_of(form: QueryDict) -> Term:
    """Return how long a "not a match" stands; raises ValueError for a day that is none."""
    day = form.get("until", "").strip()
    return Term(date.fromisoformat(day) if day else None, form.get("until_change") == "on")


def _read_placing(verb: str, query: QueryDict, versions: Mapping[str, int] | None) -> Asked:
    """Return a decision about single source records: a golden id instead of them means all of its records."""
    records = [int(one) for one in query.getlist("record")]
    if not records and query.get("id"):
        members = live_golden(query.get("id", "")).members.filter(record__status="active")
        records = sorted(members.values_list("record_id", flat=True))
    if not records:
        raise NotAsked("Choose the source records first: tick them above their columns.")
    goldens = _goldens_of(records)
    if not goldens:
        raise NotAsked("There is no such source record, or it waits to be resolved.")
    if verb == "isolate":
        return Asked(verb, lambda by: isolate(records[0], versions=versions, by=by), goldens)
    if verb == "rematch":
        return Asked(verb, lambda by: rematch(records, versions=versions, by=by), goldens)
    target = target_of(query.get("to", ""), goldens[0].domain)
    return Asked(verb, lambda by: move(records, target.code, versions=versions, by=by), (*goldens, target))


def target_of(text: str, domain: str) -> GoldenRecord:
    """Return the one golden record that an id of any kind leads to; raises NotAsked."""
    found = {one.golden.pk: one.golden for one in search_ids(text, domain=domain) if one.golden}
    if not found:
        raise NotAsked(f"No golden record of the {domain} domain is known by {text!r}.")
    if len(found) > 1:
        codes = ", ".join(one.code for one in found.values())
        raise NotAsked(f"{text!r} is a key of several records, of {codes}: give the golden id.")
    return next(iter(found.values()))


def _read_undo(query: QueryDict) -> Asked:
    judgement = Judgement.objects.filter(pk=int(query.get("judgement") or 0)).first()
    if judgement is None:
        raise NotAsked("There is no such judgement.")
    pk = judgement.pk
    goldens = _goldens_of(sorted(records_named([judgement])))
    return Asked("undo", lambda by: undo(pk, by=by), goldens)


def _read_withdraw(query: QueryDict) -> Asked:
    found = Override.objects.filter(pk=int(query.get("override") or 0)).first()
    if found is None:
        raise NotAsked("There is no such override.")
    pk = found.pk
    together = Override.objects.filter(entry_id=found.entry_id, attribute=found.attribute)
    goldens = _goldens_of([one.record_id for one in together])
    return Asked("withdraw", lambda by: withdraw_override(pk, by=by), goldens)


def _read_correct(query: QueryDict) -> Asked:
    record = SourceRecord.objects.filter(pk=int(query.get("record") or 0)).first()
    goldens = _goldens_of([record.pk]) if record else ()
    if record is None or not goldens:
        raise NotAsked("There is no such source record, or it waits to be resolved.")
    wanted, pk = overriding.asked(query, record.domain), record.pk
    return Asked("correct", lambda by: wanted.of_record(pk, by), goldens)


READERS: Mapping[str, Callable[[QueryDict], Asked]] = {
    "undo": _read_undo,
    "withdraw": _read_withdraw,
    "correct": _read_correct,
}


def _goldens_of(record_ids: Sequence[int]) -> tuple[GoldenRecord, ...]:
    found = GoldenRecord.objects.select_related("rule_set").filter(members__record__in=record_ids)
    return tuple(found.distinct().order_by("pk"))
