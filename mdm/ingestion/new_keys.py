"""Mass key change: many known records of a source come under new keys, as after a migration of the platform.

Taken as they come they would be new records, and the old ones would wait for ever [F8]. So a batch in which
more of them come than the object type allows is held: those rows go to quarantine, the others go on.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from mdm.ingestion.incoming import Incoming, content_hash
from mdm.ingestion.problems import Problem
from mdm.ingestion.quarantine import Refused
from mdm.ingestion.record_names import owners_of_further_keys
from mdm.models import ObjectType, RecordStatus, SourceRecord

NewKeys = Literal["hold", "rekey", "new"]
"""What becomes of known records under new keys: held when they are many, carried over, or taken as new."""

LEAST = 5
"""So few rows are no mass, whatever their share."""
LOOKS = 5
"""Batches of one run that are looked at: the look reads every record of the object type."""

Taken = Incoming | Refused


@dataclass
class Watch:
    """Looks for new keys of known records over the batches of one run."""

    object_type: ObjectType
    new_keys: NewKeys
    key_column: str
    looks: int = 0

    @cached_property
    def had_records(self) -> bool:
        """Whether there were records before this run: asked when its first batch comes.

        What the run brings itself is not known before: a first load has nothing but new keys.
        """
        return SourceRecord.objects.filter(object_type=self.object_type).exists()

    def sift(self, taken: Sequence[Taken]) -> list[Taken]:
        """Return the batch with known records under new keys held or carried over, as the run was asked."""
        rows = {item.source_key: item for item in taken if isinstance(item, Incoming)}
        few = self.new_keys == "hold" and len(rows) < LEAST
        if self.new_keys == "new" or few or not rows or not self.had_records:
            return list(taken)
        most = self.object_type.most_new_keys
        fresh = self._unknown(rows)
        if self.new_keys == "hold" and (not _is_mass(len(fresh), len(rows), most) or self.looks >= LOOKS):
            return list(taken)
        self.looks += 1
        known_as = _known_as(self.object_type, fresh, rows)
        if self.new_keys == "rekey":
            return [
                replace(item, former_key=known_as[item.source_key])
                if isinstance(item, Incoming) and item.source_key in known_as
                else item
                for item in taken
            ]
        if not _is_mass(len(known_as), len(rows), most):
            return list(taken)
        return [self._held(item, known_as, len(rows)) for item in taken]

    def _unknown(self, rows: Mapping[str, Incoming]) -> dict[str, Incoming]:
        """Return the rows whose keys name no record yet and that do not say how they were known."""
        keys = [key for key, row in rows.items() if not row.former_key and row.status == "active"]
        known = SourceRecord.objects.filter(object_type=self.object_type, source_key__in=keys)
        names = (
            set(known.values_list("source_key", flat=True))
            | owners_of_further_keys(keys, self.object_type).keys()
        )
        return {key: rows[key] for key in keys if key not in names}

    def _held(self, item: Taken, known_as: Mapping[str, str], size: int) -> Taken:
        if not isinstance(item, Incoming) or item.source_key not in known_as:
            return item
        problem = Problem(
            "mass_key_change",
            self.key_column,
            item.source_key,
            f"{len(known_as)} of {size} records of this batch are known under other keys, this one as"
            f" {known_as[item.source_key]}; {self.object_type} allows {self.object_type.most_new_keys} %.",
            "If the source has changed its keys, carry the records over to them; if these are other records"
            " that say the same, let them in as new.",
        )
        return Refused(item.row_number, item.source_key, item.payload, problem)


def _is_mass(count: int, size: int, most: int) -> bool:
    return count >= LEAST and count * 100 > most * size


def _known_as(
    object_type: ObjectType, fresh: Mapping[str, Incoming], sent: Mapping[str, Incoming]
) -> dict[str, str]:
    """Return new key -> the key of the one active record that says the same and is not in this batch."""
    hashes = {
        key: row.digest or content_hash(row.attributes, row.status, row.relationships, row.merged_into)
        for key, row in fresh.items()
    }
    found = SourceRecord.objects.filter(
        object_type=object_type, status=RecordStatus.ACTIVE, content_hash__in=set(hashes.values())
    ).values_list("content_hash", "source_key")
    holders = [(digest, key) for digest, key in found if key not in sent]
    here, there = Counter(hashes.values()), Counter(digest for digest, _ in holders)
    former = {digest: key for digest, key in holders if there[digest] == 1 and here[digest] == 1}
    return {key: former[digest] for key, digest in hashes.items() if digest in former}
