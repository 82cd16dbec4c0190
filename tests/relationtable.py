"""The part of the table language that is about relationships: what records say, and how golden records stand.

How they stand is a line `g1 contact_of g2 (ceo) 2024-01-01..2024-12-31 crm/1 eva`: both ends, the role, the
days where there are any, and who says so, the weightiest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from mdm.relationships.edges import Edge, Span
from mdm.relationships.ends import all_edges
from mdm.relationships.stated import Stated

WORDS = {"up": "parent_account", "of": "contact_of", "head": "household"}


def stated_by(said: Mapping[str, str]) -> Iterator[Stated]:
    """Yield the relationships that a record of the language says."""
    for word, code in WORDS.items():
        for written in said.get(word, "").split(","):
            if written:
                name, role, first, last = (*written.split(":"), "", "", "")[:4]
                source, key = name.split("/")
                yield Stated(
                    code, True, source, "thing", key, _day(first), _day(last), {"role": role} if role else {}
                )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def stand(labels: Mapping[int, str]) -> str:
    """Return how golden records stand to each other; labels: golden number -> g1, g2, …"""
    return "\n".join(sorted(line(edge, labels) for edge in all_edges().values()))


def line(edge: Edge, labels: Mapping[int, str]) -> str:
    """Return one relationship as a line."""
    code, one, other = edge.key
    role = [f"({edge.attributes['role']})"] if "role" in edge.attributes else []
    days = [_span(span) for span in edge.spans if span != Span()]
    voices = [voice.by_steward or "/".join((voice.said_by or ("", "", ""))[::2]) for voice in edge.statements]
    return " ".join([labels[one], code, labels[other], *role, *days, *voices])


def _span(span: Span) -> str:
    return f"{span.first or ''}..{span.last or ''}"
