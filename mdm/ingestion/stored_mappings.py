"""Mappings of a deployment's own, kept with the hub: rows are pulled, sent and tried again by them."""

from __future__ import annotations

import re
from functools import lru_cache

from mdm.compliance import audit
from mdm.ingestion.documents import BadMapping
from mdm.ingestion.mapping import Mapping, canonical, declared, declared_names, parse_mapping
from mdm.models import ObjectType, SourceMapping

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def mapping_named(name: str) -> Mapping:
    """Return a mapping by its name: a kept one, else the one that Aurum ships; raises BadMapping."""
    stored = SourceMapping.objects.filter(name=name).values_list("document", flat=True).first()
    if stored is not None:
        return _parsed(name, stored)
    if name in declared_names():
        return declared(name)
    there = sorted({*declared_names(), *SourceMapping.objects.values_list("name", flat=True)})
    raise BadMapping(f"There is no mapping {name!r}; there are: {', '.join(there)}.")


def mapping_of(object_type: ObjectType) -> Mapping:
    """Return the mapping that the object type names, or the one that takes canonical rows as they are."""
    if object_type.mapping:
        return mapping_named(object_type.mapping)
    return canonical(object_type.domain, object_type.key_rule)


def keep_mapping(name: str, document: str, *, actor: str, cause: str, reason: str = "") -> SourceMapping:
    """Keep a mapping under its name, in the place of the one that was kept before.

    Raises BadMapping when the name is no file name, or the document cannot be used.
    """
    check_name(name)
    _parsed(name, document)
    with audit.entry(actor=actor, action="keep mapping", cause=cause, reason=reason):
        kept, _ = SourceMapping.objects.update_or_create(name=name, defaults={"document": document})
    return kept


def check_name(name: str) -> None:
    """Raise BadMapping unless the name can be a file's as well."""
    if not NAME.fullmatch(name):
        raise BadMapping(
            f"{name!r} is no name of a mapping: it has letters, digits, '.', '_' and '-', as crm.Account."
        )


@lru_cache(maxsize=64)
def _parsed(name: str, document: str) -> Mapping:
    return parse_mapping(document, name=name)
