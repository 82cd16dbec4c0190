"""A configuration as a folder of files: JSON with sorted keys, mappings as the TOML they were written in.

aurum.json                      which format this is
sources/CODE.json               a source system, its object types, what it is told
mappings/NAME.toml              a mapping of the deployment's own
roles.json                      the groups of people, with their permissions
domains/DOMAIN/matching.json    the rule set in force: what is compared, and from which weight on
domains/DOMAIN/model.json       its statistics, learned or given
domains/DOMAIN/survivorship.json
domains/DOMAIN/code_lists.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

FORMAT = 1
MARK = "aurum.json"
RULES = ("matching", "model", "survivorship", "code_lists")

Files = Mapping[str, Any]
"""Path in the folder, with slashes -> the text of a mapping, or the JSON of any other file."""


class BadConfiguration(ValueError):
    """Files cannot be used; `problems` has a sentence for each, with the file and the field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Difference(NamedTuple):
    """One place where two configurations differ. An absent side is None, and `place` then names the whole."""

    file: str
    place: str
    """Keys and positions inside the file, joined by dots; empty: the file itself."""
    before: Any
    after: Any

    def words(self) -> str:
        """The difference as a line for people."""
        where = f"{self.file}: {self.place}" if self.place else self.file
        if self.before is None:
            return f"+ {where} {_short(self.after)}"
        if self.after is None:
            return f"- {where} {_short(self.before)}"
        return f"~ {where} {_short(self.before)} → {_short(self.after)}"


def _short(value: Any) -> str:
    if isinstance(value, dict | list) and len(value) > 3:
        return f"({len(value)} entries)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}…"


def kind_of(path: str) -> tuple[str, ...] | None:
    """Return what a file is about ("sources", "erp"), ("domains", "customer", "model"), or None: unknown."""
    parts = PurePosixPath(path).parts
    match parts:
        case ("aurum.json",) | ("roles.json",):
            return (parts[0].removesuffix(".json"),)
        case ("sources", name) if name.endswith(".json"):
            return ("sources", name.removesuffix(".json"))
        case ("mappings", name) if name.endswith(".toml"):
            return ("mappings", name.removesuffix(".toml"))
        case ("domains", domain, name) if name.removesuffix(".json") in RULES and name.endswith(".json"):
            return ("domains", domain, name.removesuffix(".json"))
    return None


def write_folder(folder: Path, files: Files) -> int:
    """Write the files and take away those of an earlier export that are no more; return how many there are.

    Raises BadConfiguration for a folder with anything else in it.
    """
    present = _paths(folder) if folder.is_dir() else []
    if present and MARK not in present:
        raise BadConfiguration([f"{folder} is not empty and no configuration: name another folder."])
    for path in present:
        if path not in files and kind_of(path) is not None:
            (folder / path).unlink()
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_text(content), encoding="utf-8")
    return len(files)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_folder(folder: Path) -> dict[str, Any]:
    """Return the files of a configuration; raises BadConfiguration with everything that cannot be read."""
    if not (folder / MARK).is_file():
        raise BadConfiguration(
            [f"{folder} has no {MARK}: it is no configuration. `manage.py config export` writes one."]
        )
    files: dict[str, Any] = {}
    problems = []
    for path in _paths(folder):
        kind = kind_of(path)
        if kind is None:
            problems.append(f"{path}: no file of a configuration; take it out of the folder.")
            continue
        try:
            text = (folder / path).read_text(encoding="utf-8")
            files[path] = text if kind[0] == "mappings" else json.loads(text)
        except (OSError, ValueError) as error:
            problems.append(f"{path}: cannot be read: {error}.")
    form = files.get(MARK)
    if MARK in files and (not isinstance(form, dict) or form.get("format") != FORMAT):
        problems.append(f'{MARK}: expected {{"format": {FORMAT}}}, found {_short(form)}.')
    if problems:
        raise BadConfiguration(problems)
    return files


def _paths(folder: Path) -> list[str]:
    """Return all files below a folder, hidden ones (.git) left out."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts)]


def differences(before: Files, after: Files) -> list[Difference]:
    """Return where two configurations differ, file by file, at the innermost place."""
    found: list[Difference] = []
    for file in sorted({*before, *after}):
        found += _between(file, (), before.get(file), after.get(file))
    return found


def _between(file: str, at: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _between(file, (*at, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _between(file, (*at, str(place)), one, other)
    elif isinstance(before, list) and isinstance(after, list):
        rows = ".".join((*at, "[]"))
        yield from (Difference(file, rows, one, None) for one in before if one not in after)
        yield from (Difference(file, rows, None, one) for one in after if one not in before)
    else:
        yield Difference(file, ".".join(at), before, after)
