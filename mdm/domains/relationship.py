"""What a type of relationship declares: between what it stands, which way it points, what it may not do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mdm.domains.base import Attribute

Cardinality = Literal["many_to_many", "many_to_one", "one_to_one"]


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """One type of relationship, directed from one golden record to another.

    Modules of mdm.domains list theirs as RELATIONSHIPS; all else in the hub reads them from there.
    """

    code: str
    label: str
    """How it reads at the end it goes from: this record is a … of the other."""
    inverse: str
    """How it reads at the end it goes to: the others, as this record has them."""
    from_domain: str
    to_domain: str
    from_kinds: tuple[str, ...] = ()
    """Kinds that may stand at the end it goes from; empty: any."""
    to_kinds: tuple[str, ...] = ()
    cardinality: Cardinality = "many_to_many"
    """many_to_one: on one day a record points to one other at most."""
    acyclic: bool = False
    """Whether it makes trees: nobody is above himself."""
    attributes: tuple[Attribute, ...] = ()

    @property
    def points_once(self) -> bool:
        """Whether a record points to one other at most, on one day."""
        return self.cardinality != "many_to_many"

    def kinds_at(self, end: Literal["from", "to"]) -> tuple[str, ...]:
        """Return the kinds that may stand at an end; empty: any."""
        return self.from_kinds if end == "from" else self.to_kinds

    def fits(self, end: Literal["from", "to"], kind: str) -> bool:
        """Whether a record of this kind may stand at an end; one without a kind is of unknown kind."""
        kinds = self.kinds_at(end)
        return not kinds or (kind or "unknown") in kinds

    @property
    def pointed_once(self) -> bool:
        """Whether at most one other points to a record, on one day."""
        return self.cardinality == "one_to_one"
