"""Reconciliation: what a platform carries, held against what the hub knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from mdm.connectors.base import Connector
from mdm.connectors.registry import connector_of
from mdm.ingestion.keys import normalise_key
from mdm.models import Destination, ObjectType, RecordStatus, SourceRecord


@dataclass(frozen=True, slots=True)
class Difference:
    """One record of a platform that does not carry exactly the golden id that it should."""

    object_type: str
    source_key: str
    expected: str
    """The golden id it should carry; empty: the hub knows no such record."""
    carried: tuple[str, ...]
    """The golden ids it carries."""

    def __str__(self) -> str:
        carried = ", ".join(self.carried) or "none"
        expected = self.expected or "none: the hub does not know it"
        return f"{self.object_type} {self.source_key} carries {carried}; it should carry {expected}."


def differences(destination: Destination) -> list[Difference]:
    """Return every difference between the golden ids at a platform and in the hub, in key order.

    An active record that is resolved carries exactly its golden id; a record the hub does not know carries
    none. Of retired records, which have no voice, nothing is asked.
    """
    connector = connector_of(destination)
    object_types = ObjectType.objects.filter(source_id=destination.pk).order_by("code")
    return [found for object_type in object_types for found in _differences(connector, object_type)]


def _differences(connector: Connector, object_type: ObjectType) -> Iterator[Difference]:
    carried: dict[str, tuple[str, ...]] = {}
    for remote_key, code in connector.carried(object_type.code):
        key = normalise_key(object_type.key_rule, remote_key)
        carried[key] = (*carried.get(key, ()), code)
    records = SourceRecord.objects.filter(object_type=object_type)
    wanted: dict[str, str] = dict(
        records.filter(status=RecordStatus.ACTIVE, membership__golden__isnull=False).values_list(
            "source_key", "membership__golden__code"
        )
    )
    silent = set(records.exclude(source_key__in=wanted).values_list("source_key", flat=True))
    for key in sorted((wanted.keys() | carried.keys()) - silent):
        found, expected = carried.get(key, ()), wanted.get(key, "")
        if found != ((expected,) if expected else ()):
            yield Difference(object_type.code, key, expected, found)
