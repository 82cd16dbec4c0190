"""What a person says of an overlay: the record has changed, its key was given to somebody else, or neither.

Each answer is kept with its reason, and resolution follows in the same transaction.
"""

from collections.abc import Callable

from mdm.compliance import audit
from mdm.ingestion import overlays, record_names
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming, content_hash
from mdm.models import ObjectType, Overlay, SourceRecord
from mdm.relationships import statements
from mdm.relationships.stated import of_plain
from mdm.resolution import keys
from mdm.resolution.apply import Settled
from mdm.resolution.due import with_retries
from mdm.resolution.judging import By, StaleVersion, why
from mdm.resolution.resolve import resolve
from mdm.rulesets.active import active


def accept_change(number: int, *, by: By) -> Settled:
    """Accept the version: the record has changed, and stays who it is.

    Raises LookupError for an unknown overlay, StaleVersion for one that is closed already.
    """

    def work(overlay: Overlay) -> list[int]:
        _take_in(overlay)
        return [overlay.record_id]

    return _answer("accept overlay", number, Overlay.Status.CHANGED, by, work)


def reuse_key(number: int, *, by: By) -> Settled:
    """Accept the version as somebody else's: the source has given the key to a new record.

    The former record is retired under a name of its own; its home, judgements and history stay with it. The
    new one is a record that nobody knows anything of. Raises as `accept_change`.
    """

    def work(overlay: Overlay) -> list[int]:
        retire_former(overlay.record)
        return [overlay.record_id, _take_in(overlay)]

    return _answer("reuse key", number, Overlay.Status.REUSED, by, work)


def refuse_version(number: int, *, by: By) -> Settled:
    """Refuse the version: the source is wrong. The same content again is refused without a question.

    Raises as `accept_change`.
    """
    return _answer("refuse overlay", number, Overlay.Status.REFUSED, by, lambda overlay: [])


def retire_former(record: SourceRecord) -> None:
    """Take the key away from a record, inside the caller's audit entry: it is retired under another name."""
    record_names.retire_name(record)
    record.status = "retired"
    record.version += 1
    said = statements.said_by([record.pk]).get(record.pk, {})
    record.content_hash = content_hash(
        record.attributes, record.status, tuple(said.values()), record.merged_into
    )
    record.save(update_fields=["status", "version", "content_hash"])
    rules = active(record.domain)
    if rules is not None:
        keys.rewrite(rules, record_ids=[], records=[], names=[], known=[record.pk])


def _take_in(overlay: Overlay) -> int:
    """Accept the version under the key it came with; returns the id of its record."""
    kind: ObjectType = overlay.record.object_type
    row = Incoming(
        source_key=overlay.source_key,
        attributes=overlay.attributes,
        payload=overlay.payload or {},
        changed_at=overlay.changed_at,
        warnings=tuple(overlay.warnings),
        relationships=tuple(map(of_plain, overlay.relationships)),
    )
    (outcome,) = accept([row], object_type=kind, origin=overlay.origin, looked_at=True)
    if outcome.record_id is None:
        raise StaleVersion("Nothing was accepted.", [outcome.reason])
    return outcome.record_id


def _answer(
    action: str, number: int, status: Overlay.Status, by: By, work: Callable[[Overlay], list[int]]
) -> Settled:
    def answer() -> Settled:
        with audit.entry(
            actor=by.actor, action=action, cause=f"overlay {number}", reason=why(by), user_id=by.user_id
        ):
            found = Overlay.objects.select_for_update(no_key=True, of=("self",))
            overlay = found.select_related("record__object_type__source").filter(pk=number).first()
            if overlay is None:
                raise LookupError(f"There is no overlay {number}.")
            if overlay.status != Overlay.Status.OPEN:
                said = f"{overlay.closed_by} closed it on {overlay.closed_at:%Y-%m-%d %H:%M}."
                raise StaleVersion("Nothing was changed.", [said, overlay.closed_reason])
            overlays.close(overlay, status, by.actor, why(by))
            touched = work(overlay)
            return resolve(overlay.domain, touched, actor=by.actor, cause=action) if touched else Settled()

    return with_retries(answer)
