"""Collections: up to 200 rows a call, results in order, each row on its own or all or none."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mdm.sandbox.platforms.sobjects.errors import ApiError, bad_json, row_result
from mdm.sandbox.platforms.sobjects.ids import long_id
from mdm.sandbox.platforms.sobjects.objects import Field, SObject, find_object
from mdm.sandbox.platforms.sobjects.writes import Writer

MOST_ROWS = 200
ROLLED_BACK = ApiError(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)
# In a collection an id that names nothing has a code of its own; a call for one record answers 404.
LOST = ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")

Result = dict[str, Any]
RowWork = Callable[[Mapping[str, Any]], Result]


class AllOrNoneError(Exception):
    """A row failed where all or none was asked for; the results say which, and nothing may be kept."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__("A row of an all-or-none collection failed.")
        self.results = results


def read_collection(body: bytes) -> tuple[list[Mapping[str, Any]], bool]:
    """Return the records and allOrNone of a collection body; 400 for any other form or more than 200 rows."""
    try:
        document = json.loads(body)
    except ValueError as error:
        raise bad_json(f"The body is not JSON: {error}") from error
    records = document.get("records") if isinstance(document, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise bad_json("The body must be an object with a list of records")
    _check_size(len(records))
    return records, document.get("allOrNone") is True


def _check_size(rows: int) -> None:
    if rows > MOST_ROWS:
        raise ApiError(
            400, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {MOST_ROWS} records"
        )


def create_rows(writer: Writer, records: Sequence[Mapping[str, Any]], all_or_none: bool) -> list[Result]:
    """Create every record."""

    def work(record: Mapping[str, Any]) -> Result:
        stored = writer.create(row_object(record), record)
        return {"id": stored.id, "success": True, "errors": []}

    return _run(records, work, all_or_none, with_created=False)


def update_rows(writer: Writer, records: Sequence[Mapping[str, Any]], all_or_none: bool) -> list[Result]:
    """Update every record by the id that it carries; an id that comes twice fails where it comes again."""
    seen: set[str] = set()

    def work(record: Mapping[str, Any]) -> Result:
        item = row_object(record)
        id_name = "id" if "id" in record else "Id"
        given = record.get(id_name)
        if not isinstance(given, str) or not given:
            raise ApiError(400, "MISSING_ARGUMENT", "Id not specified in an update call", ("Id",))
        record_id = long_id(given) or given
        if record_id in seen:
            raise ApiError(400, "DUPLICATE_VALUE", f"Duplicate id in list: {record_id}", ("Id",))
        seen.add(record_id)
        fields = {name: value for name, value in record.items() if name != id_name}
        stored = writer.update(item, record_id, fields)
        return {"id": stored.id, "success": True, "errors": []}

    return _run(records, work, all_or_none, with_created=False)


def upsert_rows(
    writer: Writer, item: SObject, field: Field, records: Sequence[Mapping[str, Any]], all_or_none: bool
) -> list[Result]:
    """Update or create every record by its external id; one that comes twice fails on each of its rows."""
    values = Counter(str(_field_value(record, field)).lower() for record in records)

    def work(record: Mapping[str, Any]) -> Result:
        if row_object(record) is not item:
            raise ApiError(400, "INVALID_TYPE", f"All records of this call must be of type {item.name}")
        if any(name.lower() == "id" for name in record):
            message = (
                f"The Id field should not be specified in the sobject data when upserting by {field.name}."
            )
            raise ApiError(400, "INVALID_FIELD", message, ("Id",))
        value = _field_value(record, field)
        if not isinstance(value, str) or not value:
            raise ApiError(400, "MISSING_ARGUMENT", f"{field.name} not specified", (field.name,))
        if values[value.lower()] > 1:
            raise ApiError(400, "DUPLICATE_VALUE", f"Duplicate external id specified: {value}", (field.name,))
        fields = {name: entry for name, entry in record.items() if name.lower() != field.name.lower()}
        stored, created = writer.upsert(item, field, value, fields)
        return row_result(stored.id, created, [])

    return _run(records, work, all_or_none, with_created=True)


def delete_rows(
    writer: Writer, ids: Sequence[str], all_or_none: bool, find: Callable[[str], SObject]
) -> list[Result]:
    """Mark every record of these ids as deleted."""
    _check_size(len(ids))

    def work(record: Mapping[str, Any]) -> Result:
        writer.delete(find(record["id"]), record["id"])
        return {"id": long_id(record["id"]), "success": True, "errors": []}

    return _run([{"id": record_id} for record_id in ids], work, all_or_none, with_created=False)


def _run(
    records: Sequence[Mapping[str, Any]], work: RowWork, all_or_none: bool, *, with_created: bool
) -> list[Result]:
    """Return the results of all rows in order; where all or none is wanted, a failure leaves as
    AllOrNoneError."""
    results = []
    for record in records:
        try:
            results.append(work(record))
        except ApiError as error:
            results.append(_failed(LOST if error.code == "NOT_FOUND" else error, with_created))
    if all_or_none and not all(result["success"] for result in results):
        rolled_back = _failed(ROLLED_BACK, with_created)
        raise AllOrNoneError([rolled_back if result["success"] else result for result in results])
    return results


def _failed(error: ApiError, with_created: bool) -> Result:
    result = row_result(None, False, [error])
    if not with_created:
        del result["created"]
    return result


def row_object(record: Mapping[str, Any]) -> SObject:
    """Return the object that a row's attributes name."""
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    item = find_object(name) if isinstance(name, str) else None
    if item is None:
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return item


def _field_value(record: Mapping[str, Any], field: Field) -> Any:
    return next((value for name, value in record.items() if name.lower() == field.name.lower()), None)
