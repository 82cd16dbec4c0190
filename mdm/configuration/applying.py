"""Make the hub as files say: all of it in one transaction, or nothing.

What is only in the hub stays. A rule set that differs becomes a draft, which a second person puts in force;
only where nothing is loaded and no rule set is in force yet does it come into force at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from mdm.compliance import audit
from mdm.configuration import roles, rules, sources
from mdm.configuration.files import (
    BadConfiguration,
    Difference,
    Files,
    differences,
    kind_of,
)
from mdm.configuration.gathering import gather
from mdm.ingestion.documents import BadMapping
from mdm.ingestion.stored_mappings import keep_mapping
from mdm.models import SourceMapping


@dataclass(frozen=True)
class Applied:
    """What came of applying files.

    changes   every place that the files wanted otherwise.
    drafts    sentences on the rule sets that were drafted, or came into force.
    only_here files that the hub would export and the folder does not have: nothing was done about them.
    """

    changes: tuple[Difference, ...]
    drafts: tuple[str, ...]
    only_here: tuple[str, ...]


def compare(files: Files) -> tuple[Difference, ...]:
    """Return where the files differ from the hub (before: the hub, after: the files)."""
    here = gather()
    return tuple(differences(here, _completed(here, files)))


def _completed(here: Files, files: Files) -> dict[str, Any]:
    """Return the files with what they leave out: a field, object type or role is then as it is."""
    whole: dict[str, Any] = {}
    for path, content in files.items():
        kind = kind_of(path)
        if kind and kind[0] == "sources" and isinstance(content, dict):
            whole[path] = sources.completed(here.get(path), content)
        elif path == "roles.json" and isinstance(content, dict):
            whole[path] = {**here.get(path, {}), **content}
        else:
            whole[path] = content
    return whole


def apply(files: Files, *, actor: str, reason: str, dry_run: bool = False) -> Applied:
    """Apply the files; a dry run is the same in a transaction that is rolled back.

    Raises BadConfiguration with every file and field that cannot be used; then nothing is changed.
    """
    with transaction.atomic():
        done = _apply(files, actor=actor, reason=reason)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _apply(files: Files, *, actor: str, reason: str) -> Applied:
    here = gather()
    wanted = _completed(here, files)
    changes = [one for one in differences(here, wanted) if one.file in wanted]
    problems: list[str] = []
    drafts: list[str] = []
    changed = {one.file for one in changes}

    @contextmanager
    def named(path: str) -> Iterator[None]:
        try:
            yield
        except BadConfiguration as error:
            problems.extend(error.problems)
        except ValidationError as error:
            problems.extend(f"{path}: {line}" for line in _lines(error))
        except (BadMapping, ValueError, LookupError, TypeError) as error:
            problems.append(f"{path}: {error}")

    def each(kind: str, work: Callable[[str, Any], None]) -> None:
        """Do the changed files of a kind, each by its name."""
        for path in sorted(changed):
            what = kind_of(path)
            if what is None or what[0] != kind:
                continue
            with named(path), transaction.atomic():
                work(what[-1], wanted[path])

    with audit.entry(actor=actor, action="apply configuration", cause="files", reason=reason):
        each("mappings", lambda name, text: _keep(name, text, actor))
        each("sources", sources.apply)
        each("roles", lambda name, groups: roles.apply(groups, here["roles.json"]))
        for domain in sorted({kind[1] for kind in map(kind_of, changed) if kind and kind[0] == "domains"}):
            with named(f"domains/{domain}"), transaction.atomic():
                drafts.append(rules.apply(domain, wanted, actor=actor, reason=reason))
    if problems:
        raise BadConfiguration(problems)
    return Applied(tuple(changes), tuple(drafts), tuple(sorted(set(here) - set(wanted))))


def _keep(name: str, text: str, actor: str) -> None:
    before = SourceMapping.objects.filter(name=name).first()
    if before is None or before.document != text:
        keep_mapping(name, text, actor=actor, cause="configuration")


def _lines(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
