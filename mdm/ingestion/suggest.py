"""Propose a mapping for a table that nobody has described, from what its columns are called and hold.

The header decides where it says something and the values do not contradict it; values decide where only one
thing looks like them (e-mails, GTINs). Every choice comes with its reason, and the result is a mapping like
any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mdm.ingestion.lookalikes import Look, look_at, looks_like_people
from mdm.ingestion.mapping import Mapping as RowMapping
from mdm.ingestion.mapping import read_mapping
from mdm.ingestion.shapes import shapes_of
from mdm.ingestion.suggested_rules import codes_of, key_rule_of, mapping_document
from mdm.ingestion.synonyms import meaning_of
from mdm.ingestion.table import BrokenRow, Table
from mdm.ingestion.toml_text import toml_text

SAMPLE_ROWS = 500
SAYS = 0.95
"""Sureness from which a header is a synonym itself, not just close to one."""
ROW_NUMBER = "row_number"
"""The column that names a record where no column of the table does; the reader of the table adds it."""
# Attribute → the looks that fit it; any other look is a contradiction. Attributes that are not named take
# all.
FITTING: Mapping[str, frozenset[str]] = {
    "birth_date": frozenset(("date", "empty")),
    "changed_at": frozenset(("date", "number", "empty")),
    "created_at": frozenset(("date", "number", "empty")),
    "emails": frozenset(("e-mail", "empty")),
    "price": frozenset(("price", "number", "empty")),
    "pack_size": frozenset(("number", "empty", "code")),
    "gtins.value": frozenset(("GTIN", "number", "phone", "tax id", "empty")),
    "phones": frozenset(("phone", "number", "text", "code", "empty", "date")),
    "website": frozenset(("web address", "text", "code", "empty")),
    "full_name": frozenset(("person name", "text", "company name", "country", "code", "empty")),
    "given_name": frozenset(("person name", "text", "country", "code", "company name", "empty")),
    "family_name": frozenset(("person name", "text", "country", "code", "company name", "empty")),
}
# What a look means where the header says nothing, and per domain.
TELLING: Mapping[str, Mapping[str, str]] = {
    "customer": {
        "e-mail": "emails",
        "web address": "website",
        "company name": "legal_name",
        "phone": "phones",
    },
    "product": {"GTIN": "gtins.value"},
}
SEVERAL = frozenset(("emails", "phones", "tax_ids.value", "registration_ids.value", "gtins.value"))
"""Attributes that may come from several columns."""


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What is proposed for one column, and why."""

    column: str
    attribute: str
    """A canonical attribute ('billing_address.city'), `source_key`, `changed_at`, or empty: left out."""
    look: Look
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed mapping; `plan` prints it, `toml` writes it, `mapping` is it."""

    domain: str
    columns: tuple[ColumnPlan, ...]
    document: Mapping[str, Any] = field(hash=False)

    @property
    def key_column(self) -> str:
        """The column that names a record, ROW_NUMBER if none does."""
        return str(self.document["key"]["column"])

    def mapping(self) -> RowMapping:
        """Return the proposal as a mapping."""
        return read_mapping(self.document, name="suggested mapping")

    def toml(self) -> str:
        """Return the proposal as TOML, to be looked over by a person."""
        return toml_text(self.document)

    def plan(self) -> str:
        """Return a table for a person: column, attribute, reason."""
        rows = [
            ("column", "becomes", "because"),
            *((one.column, one.attribute or "-", one.reason) for one in self.columns),
        ]
        wide = [min(max(len(row[place]) for row in rows), 40) for place in (0, 1)]
        lines = [f"{row[0]:<{wide[0]}}  {row[1]:<{wide[1]}}  {row[2]}" for row in rows]
        if self.key_column == ROW_NUMBER:
            lines.append("No column names a record: each one is told by the number of its row.")
        return "\n".join(lines)


def suggest(
    header: Sequence[str],
    sample_rows: Sequence[Mapping[str, Any]],
    domain: str,
    *,
    source: str = "",
    object_type: str = "",
    key: str = "",
) -> Suggestion:
    """Propose a mapping of these columns to the domain's attributes.

    `key` names the column with the source key, if it is known. For a domain that is not declared every column
    becomes an attribute of its own name.
    """
    looks = {column: look_at([row.get(column) for row in sample_rows]) for column in header}
    meanings = {column: _meaning(column, looks[column], domain) for column in header}
    if any(attribute == "full_name" for attribute, _, _ in meanings.values()):
        people = {column: looks_like_people([row.get(column) for row in sample_rows]) for column in header}
        meanings = {column: _whose_name(column, people, meanings) for column in header}
    key_column = key or _key_column(header, looks, meanings)
    number = "" if key_column else _article_number(header, looks, meanings)
    taken: dict[str, str] = {}
    plans: dict[str, ColumnPlan] = {}
    # The surest first, so that of two columns for one attribute the better one gets it.
    for column in sorted(header, key=lambda name: (-meanings[name][1], list(header).index(name))):
        attribute, _, reason = meanings[column]
        look = looks[column]
        if column == key_column:
            plans[column] = ColumnPlan(column, "source_key", look, _key_reason(column, key, look))
        elif attribute in ("", "source_key"):
            plans[column] = ColumnPlan(column, "", look, reason or f"the name says nothing; {look.described}")
        elif attribute in taken and attribute not in SEVERAL:
            plans[column] = ColumnPlan(column, "", look, f"{taken[attribute]!r} is {attribute} already")
        else:
            taken.setdefault(attribute, column)
            reason += "; it names the record too" if column == number else ""
            plans[column] = ColumnPlan(column, attribute, look, reason)
    ordered = tuple(plans[column] for column in header)
    named_by = key_column or number or ROW_NUMBER
    document = mapping_document(ordered, domain, named_by, source=source, object_type=object_type)
    return Suggestion(domain, ordered, document)


def suggest_for(
    table: Table, domain: str, *, source: str = "", object_type: str = "", key: str = ""
) -> Suggestion:
    """Propose a mapping for an opened file, from its first SAMPLE_ROWS rows."""
    rows = [row[1] for row in islice(table.rows(), SAMPLE_ROWS) if not isinstance(row, BrokenRow)]
    header = table.columns or tuple(dict.fromkeys(name for row in rows for name in _columns_of(row)))
    return suggest(header, rows, domain, source=source, object_type=object_type, key=key)


def _columns_of(row: Mapping[str, Any]) -> Iterable[str]:
    # Nested values want a mapping of their own; a list of plain values is as good as a single one.
    return (name for name, value in row.items() if not isinstance(value, dict))


def _meaning(column: str, look: Look, domain: str) -> tuple[str, float, str]:
    """Return what a column means, how surely, and the reason, for a person."""
    if shapes_of(domain) is None:
        return column, 1.0, f"every column is compared; {look.described}"
    attribute, sureness, synonym = meaning_of(column, domain)
    told = TELLING.get(domain, {}).get(look.kind, "")
    if attribute in ("kind", "status", "lifecycle_status") and not codes_of(look, attribute, domain):
        return "", 0.0, f"called like {attribute}, but its values are no codes for it; {look.described}"
    if attribute and look.kind in FITTING.get(attribute, {look.kind}):
        means = f"its name says {synonym!r}" if sureness >= SAYS else f"its name is close to {synonym!r}"
        return attribute, sureness, f"{means}; {look.described}"
    if told and look.kind != "phone":
        return told, 0.7 * look.share, f"by its values: {look.described}"
    if attribute:
        return "", 0.0, f"called like {attribute}, but {look.described}"
    return "", 0.0, ""


def _whose_name(
    column: str, people: Mapping[str, bool], meanings: Mapping[str, tuple[str, float, str]]
) -> tuple[str, float, str]:
    """Return what a column means, knowing which columns look like people's names.

    Of several names one that is like no person's is none; a single one is a company's, where nothing else
    tells.
    """
    attribute, sureness, reason = meanings[column]
    if attribute != "full_name" or people[column]:
        return meanings[column]
    if any(people[other] for other, (meant, _, _) in meanings.items() if meant == "full_name"):
        return "", 0.0, f"{reason}, not like people's names, as another column's are"
    others = {other for other, _, _ in meanings.values()}
    if others & {"given_name", "family_name", "legal_name", "kind"}:
        return meanings[column]
    return "legal_name", sureness, f"{reason}, not like people's names"


def _key_column(
    header: Sequence[str], looks: Mapping[str, Look], meanings: Mapping[str, tuple[str, float, str]]
) -> str:
    named = [
        column for column in header if meanings[column][0] == "source_key" and looks[column].names_records
    ]
    if named:
        return named[0]
    spare = [
        column
        for column in header
        if not any((meanings[column][0], meanings[column][2])) and looks[column].names_records
    ]
    # Of columns that mean nothing else the first one that tells all rows apart.
    return next(
        (column for column in spare if key_rule_of(looks[column]) != "exact" or column == header[0]), ""
    )


def _article_number(
    header: Sequence[str], looks: Mapping[str, Look], meanings: Mapping[str, tuple[str, float, str]]
) -> str:
    """Return the column of a product's own number when it tells all rows apart, else nothing."""
    return next(
        (column for column in header if meanings[column][0] == "sku" and looks[column].names_records), ""
    )


def _key_reason(column: str, asked_for: str, look: Look) -> str:
    if asked_for:
        return "as asked for"
    return f"filled in every row of the sample and never twice the same, e.g. {look.sample!r}"
