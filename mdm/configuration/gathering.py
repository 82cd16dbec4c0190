"""What is configured in the hub, as files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Model

from mdm import domains
from mdm.configuration.files import FORMAT, MARK
from mdm.models import Destination, ObjectType, SourceMapping, SourceSystem
from mdm.rulesets.active import ActiveRules, active

SOURCE = ("name", "contributes", "accepts", "trust", "home_url")
OBJECT_TYPE = ("domain", "key_rule", "mapping", "most_new_keys", "record_url")
DESTINATION = ("connector", "enabled", "settings")
"""The fields that are configuration; what is left out is a number of the database's or state."""


def gather() -> dict[str, Any]:
    """Return the configuration of the hub, by path: see `mdm.configuration.files`."""
    files: dict[str, Any] = {MARK: {"format": FORMAT}, "roles.json": _roles()}
    files |= {f"sources/{code}.json": source for code, source in _sources()}
    files |= {f"mappings/{one.name}.toml": one.document for one in SourceMapping.objects.all()}
    for domain in domains.registered():
        rules = active(domain)
        if rules is not None:
            files |= rules_of(rules)
    # As it is read back: a rule set holds tuples where a file has lists.
    whole: dict[str, Any] = json.loads(json.dumps(files))
    return whole


def rules_of(rules: ActiveRules) -> dict[str, Any]:
    """Return the files of one rule set."""
    folder = f"domains/{rules.domain}"
    return {
        f"{folder}/matching.json": rules.spec.to_json(),
        f"{folder}/model.json": rules.model.to_json(),
        f"{folder}/survivorship.json": rules.survivorship.to_json(),
        f"{folder}/code_lists.json": rules.code_lists.to_json(),
    }


def fields_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """Return these fields of a row, as they stand in a file."""
    return {name: getattr(row, name) for name in names}


def _sources() -> Iterator[tuple[str, Mapping[str, Any]]]:
    told = {one.source_id: one for one in Destination.objects.all()}
    kinds: dict[int, dict[str, Any]] = {}
    for kind in ObjectType.objects.all():
        kinds.setdefault(kind.source_id, {})[kind.code] = fields_of(kind, OBJECT_TYPE)
    for source in SourceSystem.objects.all():
        destination = told.get(source.pk)
        yield (
            source.code,
            {
                **fields_of(source, SOURCE),
                "object_types": kinds.get(source.pk, {}),
                "destination": fields_of(destination, DESTINATION) if destination else None,
            },
        )


def _roles() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {group.name: [] for group in Group.objects.all()}
    granted = Permission.objects.filter(group__isnull=False).values_list(
        "group__name", "content_type__app_label", "codename"
    )
    for group, app, codename in granted:
        names[group].append(f"{app}.{codename}")
    return {name: sorted(permissions) for name, permissions in names.items()}
