"""The pull side: pages of a platform's records, streamed through ingestion."""

from collections.abc import Callable, Iterator
from datetime import datetime

from mdm.connectors.registry import connector_of
from mdm.ingestion.mapping import Mapping
from mdm.ingestion.pipeline import Summary, ingest
from mdm.ingestion.stored_mappings import mapping_of
from mdm.ingestion.table import Row
from mdm.models import Destination, ObjectType
from mdm.publishing.homecoming import recognise


def pull(
    object_type: ObjectType,
    *,
    actor: str,
    mapping: Mapping | None = None,
    since: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """Ingest the records that a platform holds of an object type now; with `since`, those changed at or
    after it.

    Pages are fetched between the transactions of ingestion, never inside one. The mapping is the object
    type's own unless another is given; `progress` hears the number of rows after each batch. Raises
    LookupError for a source without a connector.
    """
    destination = Destination.objects.filter(source=object_type.source).first()
    if destination is None:
        raise LookupError(f"{object_type.source} has no connector: load its files instead.")
    connector = connector_of(destination)

    def rows() -> Iterator[Row]:
        number = 0
        for page in connector.pull(object_type.code, since=since):
            recognise(destination, object_type, connector, page)
            for payload in page:
                number += 1
                yield number, dict(payload)

    origin = f"{object_type.source.code} {object_type.code}"
    return ingest(
        rows(),
        object_type=object_type,
        mapping=mapping or mapping_of(object_type),
        origin=f"pull of {origin}" if since is None else f"pull of {origin} since {since:%Y-%m-%d %H:%M:%S}",
        actor=actor,
        progress=progress,
    )
