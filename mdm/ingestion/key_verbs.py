"""What is said of a record's key apart from any version of it: it has another key, or the key another owner.

A record that is re-keyed stays who it is. A key that was given to somebody else names a new record from the
next version on; the former one is retired under a name of its own. Each is kept with its reason, and
resolution follows in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mdm.compliance import audit
from mdm.ingestion import answering, record_names
from mdm.ingestion.keys import normalise_key
from mdm.ingestion.record_names import KeyTaken
from mdm.models import Overlay, SourceRecord
from mdm.resolution.apply import Settled
from mdm.resolution.due import with_retries
from mdm.resolution.judging import By, Contradiction, why
from mdm.resolution.locks import share_domain
from mdm.resolution.resolve import resolve


@dataclass(frozen=True, slots=True)
class Renamed:
    """A record under the key it bears now, the one it bore before, and what followed."""

    record: SourceRecord
    former: str
    settled: Settled


def give_key(record_id: int, key: object, *, by: By) -> Renamed:
    """Give a record another key, in the spelling of its object type; the former one goes on naming it.

    Judgements, home, overrides and cross-references hang on the record. Raises LookupError for an unknown
    record, BadKey for a key that its platform could not have issued, Contradiction where the key names
    another record, or the record already.
    """

    def work(record: SourceRecord) -> None:
        wanted = normalise_key(record.object_type.key_rule, key)
        if wanted == record.source_key:
            raise Contradiction("Nothing was changed.", [f"The record bears the key {wanted} already."])
        try:
            record_names.rekey(record, wanted)
        except KeyTaken as taken:
            raise Contradiction("The record was not re-keyed.", [str(taken)]) from None

    return _renamed("re-key record", record_id, by, work)


def free_key(record_id: int, *, by: By) -> Renamed:
    """Take a record's key away, because its source has given it to somebody else.

    Raises LookupError for an unknown record, Contradiction where a version of it waits for an answer: that
    is where this is said.
    """

    def work(record: SourceRecord) -> None:
        waiting = Overlay.objects.filter(record=record, status=Overlay.Status.OPEN).first()
        if waiting is not None:
            said = f"Overlay {waiting.pk} of it is open: answer it, and its version becomes the new record."
            raise Contradiction("The key was not freed.", [said])
        answering.retire_former(record)

    return _renamed("free key", record_id, by, work)


def _renamed(action: str, record_id: int, by: By, work: Callable[[SourceRecord], None]) -> Renamed:
    def renamed() -> Renamed:
        with audit.entry(
            actor=by.actor, action=action, cause=f"record {record_id}", reason=why(by), user_id=by.user_id
        ):
            domain = SourceRecord.objects.filter(pk=record_id).values_list("domain", flat=True).first()
            if domain is None:
                raise LookupError(f"There is no source record {record_id}.")
            share_domain(domain)
            found = SourceRecord.objects.select_for_update(no_key=True, of=("self",))
            record = found.select_related("object_type__source").get(pk=record_id)
            former = record.source_key
            work(record)
            return Renamed(record, former, resolve(domain, [record_id], actor=by.actor, cause=action))

    return with_retries(renamed)
