"""A source system, its object types and what it is told, from the file of its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from mdm import domains
from mdm.configuration.gathering import DESTINATION, OBJECT_TYPE, SOURCE, fields_of
from mdm.connectors.registry import NAMES
from mdm.ingestion.keys import RULES
from mdm.ingestion.stored_mappings import mapping_named
from mdm.models import Destination, ObjectType, SourceSystem

FIXED = ("domain", "key_rule")
"""What gives the records of an object type their names."""
NAMED_ONLY = ("password", "secret", "token", "api_key")
"""Settings that would be secrets; with `_variable` behind them they name an environment variable."""


def completed(here: Mapping[str, Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source as a file wants it, with every field that the file leaves out as it is, or as it is
    for a new one.
    """
    before = here or {**fields_of(SourceSystem(), SOURCE), "object_types": {}, "destination": None}
    whole = {**before, **given}
    kinds = dict(before["object_types"])
    if isinstance(given.get("object_types"), dict):
        for code, kind in given["object_types"].items():
            known = kinds.get(code, fields_of(ObjectType(), OBJECT_TYPE))
            kinds[code] = {**known, **kind} if isinstance(kind, dict) else kind
        whole["object_types"] = kinds
    told = given.get("destination")
    if isinstance(told, dict):
        whole["destination"] = {**(before["destination"] or fields_of(Destination(), DESTINATION)), **told}
    return whole


def apply(code: str, wanted: Mapping[str, Any]) -> None:
    """Make a source as wanted, inside the caller's audit entry; raises ValidationError with every field that
    cannot be so.
    """
    _known(wanted, (*SOURCE, "object_types", "destination"), "")
    kinds, told = wanted["object_types"], wanted["destination"]
    if not isinstance(kinds, dict):
        raise ValidationError({"object_types": "expected a table of object types by their codes"})
    source = SourceSystem.objects.filter(code=code).first() or SourceSystem(code=code)
    _save(source, {name: wanted[name] for name in SOURCE}, "")
    for kind_code, kind in kinds.items():
        _object_type(source, kind_code, kind)
    if told is not None:
        _destination(source, told)
    elif Destination.objects.filter(source=source).exists():
        raise ValidationError(
            {"destination": 'it is there and has lanes; switch it off with "enabled": false instead'}
        )


def _object_type(source: SourceSystem, code: str, wanted: Any) -> None:
    at = f"object_types.{code}"
    _known(wanted, OBJECT_TYPE, at)
    before = ObjectType.objects.filter(source=source, code=code).first()
    for name in FIXED:
        if before is not None and getattr(before, name) != wanted[name]:
            raise ValidationError(
                {f"{at}.{name}": f"it is {getattr(before, name)!r}, and chosen once: its records would get"
                 f" other names with {wanted[name]!r}"}
            )  # fmt: skip
    if wanted["domain"] not in domains.registered():
        there = ", ".join(sorted(domains.registered()))
        raise ValidationError({f"{at}.domain": f"there is no domain {wanted['domain']!r}; there are {there}"})
    if wanted["key_rule"] not in RULES:
        raise ValidationError(
            {f"{at}.key_rule": f"{wanted['key_rule']!r} is unknown; known are {', '.join(sorted(RULES))}"}
        )
    if wanted["mapping"]:
        mapping = mapping_named(wanted["mapping"])
        if (mapping.domain, mapping.key.rule) != (wanted["domain"], wanted["key_rule"]):
            raise ValidationError(
                {f"{at}.mapping": f"{mapping.name} is for the domain {mapping.domain} and keys by the rule"
                 f" {mapping.key.rule!r}"}
            )  # fmt: skip
    _save(before or ObjectType(source=source, code=code), wanted, at)


def _destination(source: SourceSystem, wanted: Any) -> None:
    at = "destination"
    _known(wanted, DESTINATION, at)
    if wanted["connector"] not in NAMES:
        raise ValidationError(
            {f"{at}.connector": f"there is no {wanted['connector']!r}; there are {', '.join(NAMES)}"}
        )
    if not isinstance(wanted["settings"], dict):
        raise ValidationError({f"{at}.settings": "expected a table"})
    told = Destination.objects.filter(source=source).first() or Destination(source=source)
    _refuse_secrets(wanted["settings"], f"{at}.settings")
    _save(told, wanted, at)


def _refuse_secrets(settings: Mapping[str, Any], at: str) -> None:
    for name, value in settings.items():
        if isinstance(value, dict):
            _refuse_secrets(value, f"{at}.{name}")
        elif name.endswith(NAMED_ONLY):
            raise ValidationError(
                {f"{at}.{name}": f"a secret stands in no file: give {name}_variable, the environment variable"
                 " that holds it"}
            )  # fmt: skip


def _known(wanted: Any, names: Iterable[str], at: str) -> None:
    if not isinstance(wanted, dict):
        raise ValidationError({at: f"expected a table, found {wanted!r}"})
    if unknown := sorted(set(wanted) - set(names)):
        raise ValidationError(
            {f"{at}.{unknown[0]}".lstrip("."): f"unknown; the allowed ones are {', '.join(names)}"}
        )


def _save(row: Model, wanted: Mapping[str, Any], at: str) -> None:
    """Write a row when it differs, with all its fields checked."""
    differing = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, wanted[name])
    state = {field.name for field in row._meta.fields} - {*wanted, "code"}
    try:
        row.full_clean(exclude=state)
    except ValidationError as error:
        raise ValidationError(
            {f"{at}.{field}".lstrip("."): messages for field, messages in error.message_dict.items()}
        ) from error
    if differing or row._state.adding:
        row.save()
