"""OData V2 $batch: several reads and changesets in one multipart/mixed request (OData V2, chapter 7)."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TRANSIENT = frozenset({408, 409, 412, 423, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Request:
    """One operation, its address relative to the service."""

    method: str
    url: str
    document: Mapping[str, Any] | None = None
    if_match: str = ""

    def text(self) -> str:
        """The operation as an embedded HTTP request."""
        body = "" if self.document is None else json.dumps(self.document)
        lines = [f"{self.method} {self.url} HTTP/1.1", "Accept: application/json"]
        if self.if_match:
            lines.append(f"If-Match: {self.if_match}")
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
        return "\r\n".join([*lines, "", body])


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one operation."""

    status: int
    body: str

    @property
    def transient(self) -> bool:
        """Whether the same may succeed later: locks, overload, a record changed in between."""
        return self.status in TRANSIENT

    @property
    def message(self) -> str:
        """The platform's own words."""
        try:
            error = self.json()["error"]
            return str(error["message"]["value"])
        except (ValueError, KeyError, TypeError):
            return f"HTTP {self.status} {self.body[:300]}".strip()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def pack(entries: Sequence[Sequence[Request]]) -> tuple[bytes, str]:
    """Return body and content type; a lone GET is a part of its own, writes are a changeset that holds
    together.
    """
    boundary = f"batch_{uuid.uuid4().hex}"
    parts = []
    for number, requests in enumerate(entries):
        if requests[0].method == "GET":
            parts.append(_part(boundary, requests[0]))
            continue
        inner = f"changeset_{number}_{uuid.uuid4().hex[:8]}"
        writes = "".join(_part(inner, request) for request in requests)
        head = f"--{boundary}\r\nContent-Type: multipart/mixed; boundary={inner}\r\n\r\n"
        parts.append(f"{head}{writes}--{inner}--\r\n\r\n")
    return ("".join(parts) + f"--{boundary}--\r\n").encode(), f"multipart/mixed; boundary={boundary}"


def _part(boundary: str, request: Request) -> str:
    head = f"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return f"{head}{request.text()}\r\n"


def unpack(body: bytes, content_type: str, entries: Sequence[Sequence[Request]]) -> list[list[Response]]:
    """Return the answers to each entry; a refused changeset has one answer for all its operations."""
    answers = []
    for part in _parts(body.decode("utf-8"), content_type):
        head, _, content = part.partition("\r\n\r\n")
        found = re.search(r"content-type:\s*(multipart/mixed[^\r\n]*)", head, re.IGNORECASE)
        answers.append(
            [_response(inner) for inner in _parts(content, found[1])] if found else [_response(part)]
        )
    if len(answers) != len(entries):
        raise ValueError(f"The batch held {len(entries)} entries, the answer {len(answers)}.")
    return answers


def _parts(text: str, content_type: str) -> list[str]:
    found = re.search(r'boundary="?([^";\r\n]+)"?', content_type)
    if found is None:
        raise ValueError(f"No boundary in the content type {content_type!r}.")
    pieces = re.split(rf"(?:^|\r\n)--{re.escape(found[1])}(?:--)?[ \t]*(?:\r\n|$)", text)
    return [piece for piece in pieces[1:] if piece.strip()]


def _response(part: str) -> Response:
    _, _, embedded = part.partition("\r\n\r\n")
    status_line, _, rest = embedded.lstrip("\r\n").partition("\r\n")
    _, _, body = rest.partition("\r\n\r\n")
    if rest.startswith("\r\n"):
        body = rest[2:]
    return Response(int(status_line.split()[1]), body.strip())
