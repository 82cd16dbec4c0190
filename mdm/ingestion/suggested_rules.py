"""From a plan per column to the document of a mapping: formats, splits, code tables, and what kind a
record is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mdm.ingestion.lookalikes import TRUTH, Look
from mdm.ingestion.shapes import shapes_of

if TYPE_CHECKING:
    from mdm.ingestion.suggest import ColumnPlan

NAME_PARTS = ("name_prefix", "given_name", "middle_name", "family_name", "name_suffix")
KIND_WORDS = {
    "person": "person p private privat individual consumer b2c natural 1 user contact true particulier"
    " particular privato",
    "organisation": "organisation organization company business b2b corporate firm firma c o 2 false"
    " geschaeftlich gewerblich entreprise empresa azienda",
}
STATUS_WORDS = {
    "customer": {
        "active": "active aktiv a actif activo attivo enabled true yes ja 1",
        "inactive": "inactive inaktiv i inactif inactivo inattivo disabled false no nein 0 closed",
        "blocked": "blocked gesperrt b bloque bloqueado bloccato",
        "prospect": "prospect interessent lead p",
    },
    "product": {
        "active": "active aktiv a true yes ja 1 available in_stock",
        "discontinued": "discontinued inactive inaktiv false no nein 0 ausgelaufen eol obsolete",
        "planned": "planned geplant new coming",
        "blocked": "blocked gesperrt",
    },
}


def key_rule_of(look: Look) -> str:
    """Return the key rule that fits the look of a key column."""
    if look.kind == "Salesforce id":
        return "salesforce18"
    if look.sample.isdigit() and len(look.sample) == 10 and look.sample.startswith("0"):
        return "sap10"
    return "exact"


def mapping_document(
    plans: Sequence[ColumnPlan], domain: str, key_column: str, *, source: str = "", object_type: str = ""
) -> dict[str, Any]:
    """Return the document of a mapping that does what the plans say."""
    looks = {plan.column: plan.look for plan in plans}
    by_attribute: dict[str, list[ColumnPlan]] = {}
    for plan in plans:
        if plan.attribute not in ("", "source_key"):
            by_attribute.setdefault(plan.attribute, []).append(plan)
    document: dict[str, Any] = {
        "name": f"{source}.{object_type}" if source and object_type else "suggested",
        "domain": domain,
    }
    if source:
        document["source"] = source
    if object_type:
        document["object_type"] = object_type
    rule = key_rule_of(looks[key_column]) if key_column in looks else "exact"
    document["key"] = {"column": key_column, "rule": rule}
    stamps = [*by_attribute.pop("changed_at", []), *by_attribute.pop("created_at", [])]
    if stamps and stamps[0].look.kind == "date":
        same = [plan.column for plan in stamps if plan.look.detail == stamps[0].look.detail]
        document["changed_at"] = {"columns": same, "date": stamps[0].look.detail}
    attributes: dict[str, Any] = {}
    for attribute, found in by_attribute.items():
        _add(attributes, attribute, found, by_attribute, domain)
    if shapes_of(domain) is not None and domain == "customer":
        _add_kind(attributes, by_attribute)
    document["attributes"] = attributes
    return document


def _add(
    attributes: dict[str, Any],
    attribute: str,
    plans: Sequence[ColumnPlan],
    by_attribute: Mapping[str, Sequence[ColumnPlan]],
    domain: str,
) -> None:
    """Add the rules of one attribute."""
    name, _, part = attribute.partition(".")
    first = plans[0]
    columns = [plan.column for plan in plans]
    special = _special_rule(attribute, first, domain)
    if attribute == "full_name":
        _add_name(attributes, first, by_attribute, domain)
    elif attribute.endswith("address.street"):
        _add_street(attributes.setdefault(name, {}), first, by_attribute, name)
    elif part in ("postcode", "city") and first.look.kind == "postcode and city":
        for piece in ("postcode", "city"):
            rule = {"column": first.column, "split": "postcode_city", "take": piece}
            attributes.setdefault(name, {})[piece] = rule
    elif attribute == "legal_name" and "legal_name" in attributes:
        attributes["legal_name"] = [first.column, attributes["legal_name"]]
    elif special is not None:
        attributes[name] = special
    elif part:
        # Several columns of numbers: the first filled one; a rule per column would need a list of objects.
        attributes.setdefault(name, {})[part] = columns if len(columns) > 1 else first.column
    else:
        attributes[attribute] = columns if len(columns) > 1 else first.column


def _special_rule(attribute: str, plan: ColumnPlan, domain: str) -> dict[str, Any] | None:
    """Return the rule of an attribute whose values must be read or translated, None for one that is taken
    over.
    """
    column = plan.column
    match attribute:
        case "net_content":
            return {
                piece: {"column": column, "split": "amount_unit", "take": piece}
                for piece in ("amount", "unit")
            }
        case "consent.email":
            return {"email": {"column": column, "truth": [word for word, truth in TRUTH.items() if truth]}}
        case "status" | "lifecycle_status":
            return _coded(plan, domain, otherwise="active")
        case "kind":
            return _coded(plan, domain, otherwise="unknown")
        case "birth_date" if plan.look.kind == "date":
            return {"column": column, "date": plan.look.detail}
        case "price":
            return {"column": column, "number": plan.look.detail or "point"}
        case "pack_size":
            return {"column": column, "number": "integer"}
    return None


def _add_street(
    address: dict[str, Any], plan: ColumnPlan, by_attribute: Mapping[str, Sequence[ColumnPlan]], name: str
) -> None:
    if f"{name}.house_number" in by_attribute or plan.look.kind != "street and number":
        address["street"] = plan.column
        return
    pieces = (
        ["street", "house_number"] if f"{name}.unit" in by_attribute else ["street", "house_number", "unit"]
    )
    for piece in pieces:
        address[piece] = {"column": plan.column, "split": "street_number", "take": piece}


def _add_name(
    attributes: dict[str, Any],
    plan: ColumnPlan,
    by_attribute: Mapping[str, Sequence[ColumnPlan]],
    domain: str,
) -> None:
    """Take a name apart; where a column tells people from companies, only people's, and the others are
    companies.
    """
    when: dict[str, Any] = {}
    for kind in by_attribute.get("kind", ()):
        codes = codes_of(kind.look, "kind", domain)
        people = [code for code, meaning in codes.items() if meaning == "person"]
        if people:
            when = {"when": {"column": kind.column, "is": people}}
            company = {"column": plan.column, "when": {"column": kind.column, "is_not": people}}
            attributes["legal_name"] = (
                [attributes["legal_name"], company] if "legal_name" in attributes else company
            )
    attributes["full_name"] = {"column": plan.column, **when}
    if not any(part in by_attribute for part in ("given_name", "family_name")):
        for part in NAME_PARTS:
            attributes[part] = {"column": plan.column, "split": "person_name", "take": part, **when}


def codes_of(look: Look, attribute: str, domain: str) -> dict[str, str]:
    """Return what each of a column's values means for kind or status, as far as the words are known."""
    words = KIND_WORDS if attribute == "kind" else STATUS_WORDS[domain]
    return {
        value: meaning
        for value in look.values
        for meaning, known in words.items()
        if value.lower().replace(" ", "_") in known.split()
    }


def _coded(plan: ColumnPlan, domain: str, *, otherwise: str) -> dict[str, Any]:
    return {
        "column": plan.column,
        "codes": codes_of(plan.look, plan.attribute, domain),
        "otherwise": otherwise,
    }


def _add_kind(attributes: dict[str, Any], by_attribute: Mapping[str, Sequence[ColumnPlan]]) -> None:
    """Say what a customer is by which names are filled, where no column says it."""
    if isinstance(attributes.get("kind"), dict) and "codes" in attributes["kind"]:
        return
    person = next(
        (by_attribute[part][0].column for part in ("family_name", "given_name") if part in by_attribute), ""
    )
    company = by_attribute["legal_name"][0].column if "legal_name" in by_attribute else ""
    if person and company:
        attributes["kind"] = [
            {
                "constant": "person",
                "when": [{"column": person, "filled": True}, {"column": company, "filled": False}],
            },
            {
                "constant": "organisation",
                "when": [{"column": company, "filled": True}, {"column": person, "filled": False}],
            },
            {"constant": "unknown"},
        ]
    elif person or company:
        attributes["kind"] = {"constant": "person" if person else "organisation"}
    else:
        attributes["kind"] = {"constant": "unknown"}
