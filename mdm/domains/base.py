"""What a domain declares: its attributes, how records of it match, and which values survive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from matching.spec import MatchSpec
from mdm.code_lists.lists import NO_LISTS, CodeLists
from mdm.survivorship.rules import Survivorship

AttributeType = Literal[
    "text", "name", "date", "code", "identifier", "email", "phone", "url", "address", "choice",
    "money", "integer", "quantity", "gtin", "flags",
]  # fmt: skip
PiiClass = Literal["none", "contact", "identity", "sensitive"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One canonical attribute; its type says how ingestion validates it.

    Multi-valued ones hold a list; `group` names attributes that survive together.
    """

    name: str
    type: AttributeType = "text"
    label: str = ""
    multi_valued: bool = False
    pii_class: PiiClass = "none"
    owner: str = ""
    """Source system of record; empty: no one owns it."""
    choices: tuple[str, ...] = ()
    group: str = ""
    identifying: bool = False
    """Whether the attribute alone can tell records apart; a record without any such attribute is refused."""
    bearer: Literal["", "person", "organisation"] = ""
    """Whose name it is; "Max Mustermann" and "CPD" are placeholders of their kind only."""
    longest: int = 300
    """Characters a text may have."""
    code_list: str = ""
    """The list its value is a code of; the country of an address and the unit of a quantity need no word."""
    scoped: bool = False
    """Whether the value may differ by company code or sales area: an object of scope -> value then."""

    @property
    def shown_as(self) -> str:
        """The label for people."""
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Domain:
    """A domain of master data; everything else in the hub reads it from here."""

    code: str
    label: str
    letter: str
    """First letter of its golden ids."""
    attributes: tuple[Attribute, ...]
    match_spec: MatchSpec
    survivorship: Survivorship
    title: Callable[[Mapping[str, Any]], str]
    code_lists: CodeLists = NO_LISTS
    """The code lists that its first rule set begins with."""
    kinds: tuple[str, ...] = ()
    """Values of attribute `kind`, if the domain has kinds; the last one is the unknown kind."""

    def attribute(self, name: str) -> Attribute | None:
        """Return the declaration of an attribute, of a scope of it ("payment_terms/1000") too, or None."""
        return self._declared.get(name.partition("/")[0])

    @cached_property
    def _declared(self) -> Mapping[str, Attribute]:
        return {attribute.name: attribute for attribute in self.attributes}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all attributes, in the declared order."""
        return tuple(attribute.name for attribute in self.attributes)
