"""OData V2 errors in the form that SAP Gateway gives them."""

from dataclasses import dataclass, field
from typing import Any

from mdm.sandbox.platforms.store import utc_now_text
from mdm.sandbox.platforms.web import Response, json_response


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of innererror.errordetails."""

    code: str
    message: str
    propertyref: str = ""
    target: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the entry with the fields that Gateway always writes."""
        return {
            "code": self.code,
            "message": self.message,
            "propertyref": self.propertyref,
            "severity": "error",
            "target": self.target,
        }


@dataclass(slots=True)
class ODataError(Exception):
    """The service refuses a request: HTTP status, SAP message code, a sentence, and details by property."""

    status: int
    code: str
    message: str
    details: tuple[ErrorDetail, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


def error_response(error: ODataError) -> Response:
    """Return the error as an OData V2 JSON error document."""
    details = error.details or (ErrorDetail(error.code, error.message),)
    document = {
        "error": {
            "code": error.code,
            "message": {"lang": "en", "value": error.message},
            "innererror": {
                "application": {
                    "component_id": "LO-MD-BP",
                    "service_namespace": "/SAP/",
                    "service_version": "0001",
                },
                "timestamp": utc_now_text(),
                "errordetails": [detail.as_json() for detail in details],
            },
        }
    }
    return json_response(error.status, document, {"DataServiceVersion": "1.0", **error.headers})


def not_found(segment: str) -> ODataError:
    """The address names no entity or no entity set."""
    return ODataError(404, "/IWBEP/CM_MGW_RT/020", f"Resource not found for segment '{segment}'")


def bad_query(message: str) -> ODataError:
    """A system query option cannot be read."""
    return ODataError(400, "/IWBEP/CM_MGW_RT/022", message)


def bad_property(entity: str, name: str, message: str) -> ODataError:
    """A body names a property that the entity type lacks, or gives it a value that it cannot take."""
    code = "/IWCOR/CX_DS_EP_PROPERTY_ERROR"
    return ODataError(400, code, message, (ErrorDetail(code, message, propertyref=name, target=entity),))
