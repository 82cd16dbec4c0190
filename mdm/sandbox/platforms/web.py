"""A small HTTP/1.1 server: one thread a connection, keep-alive, one send a response.

The standard library's http.server parses headers with the e-mail package, which costs more than a whole
request here; this one reads the few things a platform simulator needs and stays near the speed of the
application.
"""

import json
import socket
import socketserver
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

LONGEST_LINE = 65_536
MOST_HEADERS = 200
LONGEST_BODY = 64 * 1024 * 1024
IDLE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received; header names are lower case, the path is still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def params(self) -> dict[str, str]:
        """Return the decoded query parameters; of a repeated one the last counts."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def base_url(self) -> str:
        """Return scheme and host as the client addressed them."""
        return "http://" + self.headers.get("host", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; the body is sent as it stands."""

    status: int
    body: bytes = b""
    content_type: str = "application/json;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Application = Callable[[Request], Response]


def json_response(status: int, document: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response whose body is the document in compact UTF-8 JSON."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, headers=headers or {})


class BadRequestError(Exception):
    """The bytes on the wire are not an HTTP/1.1 request that this server reads."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A listening server that answers every request through one application."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, application: Application) -> None:
        self.application = application
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def port(self) -> int:
        """The port in use, also where 0 was asked for."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that hang up; name everything else on standard error."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            traceback.print_exc()


class _Connection(socketserver.StreamRequestHandler):
    """One client connection, answered request by request until either side closes."""

    server: Server
    connection: socket.socket
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def handle(self) -> None:
        while self._answer_one():
            pass

    def _answer_one(self) -> bool:
        try:
            request = read_request(self.rfile, self.connection)
        except BadRequestError as error:
            self.connection.sendall(
                _encode(Response(400, str(error).encode(), "text/plain"), keep=False, head=False)
            )
            return False
        if request is None:
            return False
        try:
            response = self.server.application(request)
        except Exception:  # noqa: BLE001
            # The last line of defence of a server: a defect of ours must answer, and be seen.
            traceback.print_exc()
            response = Response(500, b"The simulator failed; see its standard error.", "text/plain")
        keep = request.headers.get("connection", "").lower() != "close"
        self.connection.sendall(_encode(response, keep=keep, head=request.method == "HEAD"))
        return keep


def read_request(stream: BinaryIO | Any, connection: socket.socket) -> Request | None:
    """Return the next request of a connection, or None when the client has closed it."""
    line = stream.readline(LONGEST_LINE + 1)
    while line == b"\r\n":
        line = stream.readline(LONGEST_LINE + 1)
    if not line:
        return None
    if len(line) > LONGEST_LINE:
        raise BadRequestError("The request line is longer than 65536 bytes; send the query in a body.")
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError("The request line is not 'METHOD target HTTP/1.1'.")
    headers = _read_headers(stream)
    if parts[2] == "HTTP/1.0":
        headers["connection"] = "close"
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    path, _, query = parts[1].partition("?")
    return Request(parts[0], path, query, headers, _read_body(stream, headers))


def _read_headers(stream: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MOST_HEADERS):
        line = stream.readline(LONGEST_LINE + 1)
        if line in (b"\r\n", b"\n", b""):
            return headers
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise BadRequestError(f"More than {MOST_HEADERS} headers.")


def _read_body(stream: Any, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _read_chunks(stream)
    text = headers.get("content-length", "0")
    if not text.isdigit() or int(text) > LONGEST_BODY:
        raise BadRequestError(f"Content-Length is {text!r}, not a number up to {LONGEST_BODY}.")
    length = int(text)
    body: bytes = stream.read(length) if length else b""
    if len(body) != length:
        raise BadRequestError("The body ended before Content-Length.")
    return body


def _read_chunks(stream: Any) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while True:
        size_text = stream.readline(LONGEST_LINE).split(b";")[0].strip()
        try:
            size = int(size_text, 16)
        except ValueError as error:
            raise BadRequestError("A chunk does not start with its size.") from error
        total += size
        if total > LONGEST_BODY:
            raise BadRequestError(f"The body is longer than {LONGEST_BODY} bytes.")
        if size == 0:
            while stream.readline(LONGEST_LINE) not in (b"\r\n", b"\n", b""):
                pass
            return b"".join(chunks)
        chunks.append(stream.read(size))
        stream.readline(LONGEST_LINE)


def _encode(response: Response, *, keep: bool, head: bool) -> bytes:
    """Return status line, headers and body as one block, so that one send carries the answer."""
    lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    if response.status != 204:
        lines.append(f"Content-Type: {response.content_type}")
        lines.append(f"Content-Length: {len(response.body)}")
    lines.extend(f"{name}: {value}" for name, value in response.headers.items())
    lines.append("Connection: keep-alive" if keep else "Connection: close")
    top = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return top if head or response.status == 204 else top + response.body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
