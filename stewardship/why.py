"""Why a golden value is what it is, as a steward reads it: one short line, and a sentence for each loser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdm.survivorship.alone import EVERYWHERE
from mdm.survivorship.provenance import ADDS_NOTHING, ONLY_CANDIDATE, SAME_VALUE, UNANIMOUS

STEPS: Mapping[str, str] = {
    ONLY_CANDIDATE: "only source",
    UNANIMOUS: "all agree",
    "known": "the only known one",
    "owner": "its owner says so",
    "guard": "the others are fragments",
    "source_trust": "most trusted",
    "source_ranking": "first in the ranking",
    "recency": "newest",
    "oldest": "oldest",
    "completeness": "most complete",
    "frequency": "said most often",
    "agreement": "spelt as two others do",
    "longest": "longest",
    "shortest": "shortest",
    "min": "smallest",
    "max": "largest",
    "union": "all values",
    "record_completeness": "tie: fullest record",
    "record_hash": "tie: by hash of the name",
}
"""Step that decided -> what to say of the winner."""

LOSSES: Mapping[str, tuple[str, str]] = {
    "source_trust": ("trusted less", "{} of 100 points, the winner has {}"),
    "source_ranking": ("lower in the ranking", ""),
    "recency": ("older", "changed {}, the winner {}"),
    "oldest": ("younger", ""),
    "completeness": ("less complete", "{} filled parts, the winner has {}"),
    "frequency": ("said less often", "by {}, the winner's value by {}"),
    "agreement": ("misspelt", "two others agree on another spelling"),
    "longest": ("shorter", "{} characters, the winner has {}"),
    "shortest": ("longer", "{} characters, the winner has {}"),
    "min": ("larger", ""),
    "max": ("smaller", ""),
    "record_completeness": ("tie", "its record has {} filled attributes, the winner's {}"),
    "record_hash": ("tie", "the hash of the winner's name is lower"),
    "owner": ("not the owner", "the owner's value is valid, so it wins"),
    "known": ("says “not known”", ""),
    "guard": ("a fragment", "it lacks too many parts"),
    "override": ("overridden", "a steward set the value by hand"),
    ADDS_NOTHING: ("adds nothing", ""),
    SAME_VALUE: ("says the same", ""),
}
"""Reason of a loss -> in a word, and with its figures."""

AGAINST = re.compile(r"(?P<step>\w+) (?P<own>.+) against (?P<best>.+)")


@dataclass(frozen=True, slots=True)
class Loss:
    """A record whose value did not become golden: its name, a word, and a sentence with the figures."""

    source: str
    key: str
    word: str
    sentence: str


def loss_words(reason: str) -> tuple[str, str]:
    """Return a loser's reason in a word, and with its figures."""
    found = AGAINST.fullmatch(reason)
    step = found["step"] if found else reason
    word, more = LOSSES.get(step, (reason.replace("_", " "), ""))
    if "{}" in more:
        more = more.format(_short(found["own"]), _short(found["best"])) if found else ""
    return word, more


def of_scopes(whys: Mapping[str, Mapping[str, Any]], records: int) -> str:
    """Return the reasons of all scopes as one line; where they are the same, the scopes go without saying."""
    said = {scope: words for scope, why in whys.items() if (words := in_short(why, records))}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    names = {"": "", EVERYWHERE: "elsewhere: "}
    return "; ".join(f"{names.get(scope, f'{scope}: ')}{words}" for scope, words in said.items())


def losses(why: Mapping[str, Any]) -> tuple[Loss, ...]:
    """Return who lost and why, those that say the same or less left out."""
    return tuple(
        Loss(one["record"][0], one["record"][2], *loss_words(one["reason"]))
        for one in why.get("losers", ())
        if one["reason"] not in (SAME_VALUE, ADDS_NOTHING)
    )


def in_short(why: Mapping[str, Any], records: int) -> str:
    """Return the rule and step behind a golden value, as one short line."""
    if not why:
        return ""
    step, rule = str(why.get("step", "")), str(why.get("rule", ""))
    if why.get("override"):
        return f"override by {why.get('by', 'a steward')} · {why.get('because', rule)}"
    words = STEPS.get(ONLY_CANDIDATE if records < 2 else step, step.replace("_", " "))
    plain = step in (ONLY_CANDIDATE, UNANIMOUS) or records < 2
    # A rule that has a name of its own is worth saying; a list of strategies is not.
    named = (
        rule and " > " not in rule and rule.replace("_", " ") != step.replace("_", " ") and rule != "default"
    )
    return f"{words} · {rule}" if named and not plain else words


def of_attribute(provenance: Mapping[str, Any], attribute: str) -> Mapping[str, Mapping[str, Any]]:
    """Return scope -> why of one attribute; the scope of a value that is the same everywhere is empty."""
    found = {"": provenance[attribute]} if attribute in provenance else {}
    scopes = {
        path.partition("/")[2]: why for path, why in provenance.items() if path.startswith(f"{attribute}/")
    }
    return {**found, **dict(sorted(scopes.items()))}


def winners(whys: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the names of the records that a golden value comes from."""
    return [name for why in whys for name in (why.get("winner"), *why.get("contributors", ())) if name]


def _short(figure: str) -> str:
    """Return a moment as its day; anything else as it is."""
    return figure[:10] if re.match(r"\d{4}-\d\d-\d\d ", figure) else figure
