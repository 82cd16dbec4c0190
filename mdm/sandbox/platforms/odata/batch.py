"""$batch: a multipart/mixed body of single reads and of changesets that hold all together or not at all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import count, pairwise
from urllib.parse import urlsplit

from mdm.sandbox.platforms.odata.errors import ODataError
from mdm.sandbox.platforms.odata.service import Operation
from mdm.sandbox.platforms.web import Response

MOST_OPERATIONS = 100
REFERENCE = re.compile(r"^\$([^/(]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body: its headers in lower case and its bytes."""

    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """A changeset of one or more writes, or one read; each operation with its Content-ID."""

    operations: tuple[tuple[str, Operation], ...]
    changeset: bool


def malformed(message: str) -> ODataError:
    """The batch body cannot be read."""
    return ODataError(400, "/IWFND/CM_MGW/012", f"Malformed batch request: {message}")


def boundary_of(content_type: str) -> str:
    """Return the boundary parameter of a multipart/mixed content type."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if not content_type.lower().startswith("multipart/mixed") or found is None:
        raise malformed("Content-Type must be multipart/mixed with a boundary")
    return found[1].strip()


def split_parts(body: bytes, boundary: str) -> list[Part]:
    """Return the parts between the boundary lines; the closing line must be there."""
    mark = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|$)")
    marks = list(mark.finditer(body))
    if not marks or marks[-1][1] is None:
        raise malformed(f"the closing boundary --{boundary}-- is missing")
    return [
        _read_part(body[here.end() : there.start()]) for here, there in pairwise(marks) if here[1] is None
    ]


def _read_part(block: bytes) -> Part:
    block = re.sub(rb"^\r?\n", b"", block, count=1)
    head, content = _split_head(block)
    return Part(_header_lines(head.splitlines()), content)


def _split_head(block: bytes) -> tuple[str, bytes]:
    """Return the lines up to the first empty one, and what follows it."""
    if block.startswith((b"\r\n", b"\n")):
        return "", block.split(b"\n", 1)[1]
    pieces = re.split(rb"\r?\n\r?\n", block, maxsplit=1)
    return pieces[0].decode("latin-1"), pieces[1] if len(pieces) > 1 else b""


def _header_lines(lines: Sequence[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines if line.strip())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def read_batch(body: bytes, content_type: str, outer: Operation) -> list[BatchEntry]:
    """Return the entries of a batch in order; more than 100 operations, or a write outside a changeset, is
    refused."""
    entries = []
    for part in split_parts(body, boundary_of(content_type)):
        kind = part.headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            inner = split_parts(part.content, boundary_of(kind))
            entries.append(BatchEntry(tuple(_read_operation(one, outer) for one in inner), changeset=True))
        else:
            entries.append(BatchEntry((_read_operation(part, outer),), changeset=False))
    for entry in entries:
        for _, operation in entry.operations:
            if entry.changeset == (operation.method == "GET"):
                raise malformed(
                    f"{operation.method} {'inside' if entry.changeset else 'outside'} a changeset"
                )
    if sum(len(entry.operations) for entry in entries) > MOST_OPERATIONS:
        raise malformed(f"more than {MOST_OPERATIONS} operations")
    return entries


def _read_operation(part: Part, outer: Operation) -> tuple[str, Operation]:
    if not part.headers.get("content-type", "").lower().startswith("application/http"):
        raise malformed("a part is neither application/http nor a changeset")
    head, body = _split_head(part.content.lstrip(b"\r\n"))
    lines = head.splitlines()
    words = lines[0].split() if lines else []
    if len(words) < 2:
        raise malformed("a part has no request line")
    headers = _header_lines(lines[1:])
    if "content-length" in headers and headers["content-length"].isdigit():
        body = body[: int(headers["content-length"])]
    target = urlsplit(words[1])
    resource = target.path.lstrip("/")
    service = outer.root_url.rsplit("/", 1)[-1] + "/"
    if service in resource:
        resource = resource.split(service, 1)[1]
    operation = Operation(words[0].upper(), resource, target.query, headers, body, outer.sets, outer.root_url)
    return part.headers.get("content-id", headers.get("content-id", "")), operation


def run_changeset(entry: BatchEntry, perform: Callable[[Operation], Response]) -> list[tuple[str, Response]]:
    """Perform the writes in order, `$id` standing for what an earlier one created; an error leaves
    through."""
    created: dict[str, str] = {}
    responses = []
    for content_id, operation in entry.operations:
        found = REFERENCE.match(operation.resource)
        if found and found[1] in created:
            resource = created[found[1]] + operation.resource[found.end() :]
            response = perform(replace(operation, resource=resource))
        else:
            response = perform(operation)
        if content_id and "Location" in response.headers:
            created[content_id] = response.headers["Location"].removeprefix(operation.root_url + "/")
        responses.append((content_id, response))
    return responses


_numbers = count(1)


def encode_batch(answers: Sequence[Response | Sequence[tuple[str, Response]]]) -> Response:
    """Return the 202 answer: one part a read or failed changeset, a nested multipart a changeset that
    holds."""
    boundary = f"batchresponse_{next(_numbers)}"
    blocks = []
    for answer in answers:
        if isinstance(answer, Response):
            blocks.append(_encode_operation("", answer))
            continue
        inner = f"changesetresponse_{next(_numbers)}"
        content = _join([_encode_operation(content_id, response) for content_id, response in answer], inner)
        head = f"Content-Type: multipart/mixed; boundary={inner}\r\nContent-Length: {len(content)}\r\n\r\n"
        blocks.append(head.encode() + content)
    body = _join(blocks, boundary)
    return Response(202, body, f"multipart/mixed; boundary={boundary}", {"DataServiceVersion": "2.0"})


def _join(blocks: Sequence[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + block + b"\r\n" for block in blocks) + mark + b"--\r\n"


def _encode_operation(content_id: str, response: Response) -> bytes:
    headers = [f"{name}: {value}" for name, value in response.headers.items()]
    if response.body:
        headers.insert(0, f"Content-Type: {response.content_type}")
    headers.append(f"Content-Length: {len(response.body)}")
    http = (
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}\r\n"
        + "\r\n".join(headers)
        + "\r\n\r\n"
    )
    content = http.encode("latin-1") + response.body
    head = f"Content-Type: application/http\r\nContent-Length: {len(content)}\r\n"
    head += "content-transfer-encoding: binary\r\n"
    if content_id:
        head += f"Content-ID: {content_id}\r\n"
    return head.encode("latin-1") + b"\r\n" + content
