"""Salesforce REST errors: a list of {message, errorCode, fields}, and their form inside a collection's
row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mdm.sandbox.platforms.web import Response, json_response


@dataclass(slots=True)
class ApiError(Exception):
    """A call or a row is refused: HTTP status, the platform's error code, a sentence, the fields
    concerned."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def row_json(self) -> dict[str, Any]:
        """Return the error as it stands in the result of one row of a collection."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}


def error_response(error: ApiError) -> Response:
    """Return the error as the answer to a whole call; 300 lists the addresses to choose from."""
    if error.choices:
        return json_response(error.status, list(error.choices))
    document: dict[str, Any] = {"message": error.message, "errorCode": error.code}
    if error.fields:
        document["fields"] = list(error.fields)
    return json_response(error.status, [document])


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """The address names nothing."""
    return ApiError(404, "NOT_FOUND", message)


def session_invalid() -> ApiError:
    """The bearer token is missing, unknown or too old."""
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def malformed_query(message: str) -> ApiError:
    """The SOQL text is not in the language, or not in the part of it that is served."""
    return ApiError(400, "MALFORMED_QUERY", message)


def no_such_column(object_name: str, name: str) -> ApiError:
    """A row or a query names a field that the object does not have."""
    message = f"No such column '{name}' on sobject of type {object_name}"
    return ApiError(400, "INVALID_FIELD", message)


def bad_json(message: str) -> ApiError:
    """The body is not JSON of the expected form."""
    return ApiError(400, "JSON_PARSER_ERROR", message)


def row_result(record_id: str | None, created: bool, errors: Sequence[ApiError]) -> dict[str, Any]:
    """Return the result of one row: id, success, created and errors."""
    result: dict[str, Any] = {"success": not errors, "errors": [error.row_json() for error in errors]}
    if record_id is not None:
        result = {"id": record_id, **result}
    return {**result, "created": created}
