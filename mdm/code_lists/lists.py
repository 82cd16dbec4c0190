"""Code lists and their cross-walks as frozen values, JSON both ways: a part of the rule set. Pure.

A cross-walk leads from a source's own code to a canonical one; a line of source "*" counts for every source
that has none of its own. What is neither a canonical code nor a line of the cross-walk is unmapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Self

from mdm.code_lists.standards import STANDARDS

EVERY_SOURCE = "*"
Line = tuple[str, str]
"""(source system, its own code)"""


class BadCodeList(ValueError):
    """A code list or a cross-walk cannot be used as written."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list of canonical codes.

    codes      canonical code -> what people call it; those that a cross-walk leads to are canonical too.
    crosswalk  (source, its code) -> canonical code.
    standard   a published list whose codes are canonical as well, with its usual spellings.
    closed     an unmapped code never becomes a golden value; in an open list it may, as a value that failed
               validation.
    crossed    a cross-walk was in force once, so that records may hold codes that only it can read; until
               then ingestion lets nothing into a closed standard list but its own codes.
    """

    name: str
    codes: Mapping[str, str] = field(default_factory=dict)
    crosswalk: Mapping[Line, str] = field(default_factory=dict)
    standard: str = ""
    closed: bool = False
    crossed: bool = False

    def __post_init__(self) -> None:
        if not self.name:
            raise BadCodeList("a code list has no name; give it one")
        if self.standard and self.standard not in STANDARDS:
            known = ", ".join(sorted(STANDARDS))
            raise BadCodeList(f"code list {self.name}: standard {self.standard!r} is unknown; known: {known}")
        for (source, code), canonical in self.crosswalk.items():
            if not (source and code and canonical):
                raise BadCodeList(
                    f"code list {self.name}: a line of the cross-walk needs a source, its code and a"
                    f" canonical code, not {source!r}, {code!r} and {canonical!r}"
                )

    @property
    def says_nothing(self) -> bool:
        """Whether every code stays as it is: nobody said what the canonical ones are, or ingestion saw to
        it."""
        guarded = self.closed and self.standard and not self.crossed and not self.crosswalk
        return bool(guarded) or not self.canonical

    @property
    def canonical(self) -> frozenset[str]:
        """Every canonical code; empty where nobody said what the codes are, so that any may be one."""
        standard = STANDARDS[self.standard].codes() if self.standard else frozenset()
        return standard | frozenset(self.codes) | frozenset(self.crosswalk.values())

    def crossing(self, lines: Mapping[Line, str | None]) -> CodeList:
        """The list with these lines of the cross-walk set, or taken out where they lead to None."""
        after = {**self.crosswalk, **{line: to for line, to in lines.items() if to is not None}}
        gone = {line for line, to in lines.items() if to is None}
        left = {line: to for line, to in after.items() if line not in gone}
        return replace(self, crosswalk=left, crossed=True)

    def to_json(self) -> dict[str, Any]:
        """The list as plain JSON, the cross-walk by source."""
        crosswalk: dict[str, dict[str, str]] = {}
        for (source, code), canonical in sorted(self.crosswalk.items()):
            crosswalk.setdefault(source, {})[code] = canonical
        return {
            "name": self.name,
            "codes": dict(self.codes),
            "crosswalk": crosswalk,
            "standard": self.standard,
            "closed": self.closed,
            "crossed": self.crossed,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The list that `to_json` wrote; BadCodeList names a field that is unknown."""
        allowed = [known.name for known in fields(cls)]
        if unknown := sorted(set(document) - set(allowed)):
            raise BadCodeList(f"code list: unknown fields {unknown}; the allowed ones are {allowed}")
        crosswalk = {
            (source, code): canonical
            for source, lines in document.get("crosswalk", {}).items()
            for code, canonical in lines.items()
        }
        return cls(**{**document, "crosswalk": crosswalk})


@dataclass(frozen=True)
class CodeLists:
    """The code lists of a domain, by name."""

    lists: tuple[CodeList, ...] = ()

    def __post_init__(self) -> None:
        names = [one.name for one in self.lists]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise BadCodeList(f"code lists {repeated} are there twice; a name stands for one list")

    def find(self, name: str) -> CodeList:
        """The list of a name; BadCodeList names those there are."""
        for one in self.lists:
            if one.name == name:
                return one
        known = ", ".join(sorted(one.name for one in self.lists)) or "none"
        raise BadCodeList(f"there is no code list {name!r}; there are: {known}")

    def crossed(self, name: str, source: str, code: str) -> str | None:
        """The canonical code that the cross-walk of a list leads to from a source's own; None where no line
        does."""
        return self._crossings.get((name, source, code.casefold())) or self._crossings.get(
            (name, EVERY_SOURCE, code.casefold())
        )

    @cached_property
    def _crossings(self) -> dict[tuple[str, str, str], str]:
        return {
            (one.name, source, code.casefold()): canonical
            for one in self.lists
            for (source, code), canonical in one.crosswalk.items()
        }

    def having(self, changed: Iterable[CodeList]) -> CodeLists:
        """The lists with these in the place of those of their names, or beside them."""
        after = {one.name: one for one in (*self.lists, *changed)}
        return CodeLists(tuple(after.values()))

    def to_json(self) -> list[dict[str, Any]]:
        """The lists as plain JSON."""
        return [one.to_json() for one in self.lists]

    @classmethod
    def from_json(cls, document: Iterable[Mapping[str, Any]]) -> Self:
        """The lists that `to_json` wrote."""
        return cls(tuple(CodeList.from_json(one) for one in document))


NO_LISTS = CodeLists()
