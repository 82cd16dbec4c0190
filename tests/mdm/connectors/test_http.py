"""One call over the line: what is tried again, what is obeyed, what is given up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from mdm.connectors.base import PlatformRefused, PlatformUnavailable
from mdm.connectors.http import Line, read_json
from mdm.sandbox.platforms.web import Request, Response, Server

Serve = Callable[..., Line]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give a line to a server that answers with these responses in turn, the last one for ever."""
    servers: list[Server] = []
    lines: list[Line] = []

    def _serve(*responses: Response, overload: str | None = None) -> Line:
        waiting = list(responses)

        def answer(request: Request) -> Response:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

        server = Server(0, answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        lines.append(Line(f"http://127.0.0.1:{server.port}", seconds=5.0, overload=overload))
        return lines[-1]

    yield _serve
    for line in lines:
        line.close()
    for server in servers:
        server.shutdown()
        server.server_close()


def failing(status: int, **headers: str) -> Response:
    return Response(status, b"no", headers={name.replace("_", "-"): value for name, value in headers.items()})


GOOD = Response(200, b"{}")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_repeatable_call_is_tried_again_at_once(serve, status):
    assert serve(failing(status), failing(status), GOOD).call("GET", "/", repeatable=True).status_code == 200


def test_any_other_call_is_made_once(serve):
    line = serve(failing(500), GOOD)
    with pytest.raises(PlatformUnavailable, match="HTTP 500 no"):
        line.call("POST", "/", repeatable=False)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_not_mended_by_repetition(serve, status):
    with pytest.raises(PlatformRefused, match=f"GET /x: HTTP {status}"):
        serve(failing(status), GOOD).call("GET", "/x", repeatable=True)


def test_a_403_may_mean_too_many_calls(serve):
    line = serve(Response(403, b"REQUEST_LIMIT_EXCEEDED"), GOOD, overload="REQUEST_LIMIT_EXCEEDED")
    assert line.call("GET", "/", repeatable=True).status_code == 200


def test_other_answers_are_the_callers_matter(serve):
    assert serve(failing(404)).call("GET", "/", repeatable=True).status_code == 404


def test_retry_after_is_never_cut_short(serve):
    line = serve(failing(503, Retry_After="1"), GOOD)
    started = time.monotonic()
    assert line.call("GET", "/", repeatable=True, patience=3.0).status_code == 200
    assert time.monotonic() - started >= 1.0


def test_a_longer_retry_after_than_our_patience_is_handed_on(serve):
    with pytest.raises(PlatformUnavailable) as raised:
        serve(failing(503, Retry_After="7"), GOOD).call("GET", "/", repeatable=True)
    assert raised.value.retry_after == 7.0


def test_retry_after_may_be_a_date(serve):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with pytest.raises(PlatformUnavailable) as raised:
        serve(failing(429, Retry_After=date)).call("GET", "/", repeatable=False)
    assert 80.0 < (raised.value.retry_after or 0.0) <= 90.0


@pytest.mark.parametrize("value", ["", "soon", "-1", "١"])
def test_a_retry_after_that_says_nothing_is_none(serve, value):
    headers = {"Retry_After": value} if value.isascii() else {}
    with pytest.raises(PlatformUnavailable) as raised:
        serve(failing(503, **headers)).call("GET", "/", repeatable=False)
    assert raised.value.retry_after is None


def test_no_call_begins_after_the_deadline(serve):
    line = serve(GOOD)
    with line.until(time.monotonic() - 1), pytest.raises(PlatformUnavailable, match="time for this sending"):
        line.call("GET", "/", repeatable=True)
    assert line.call("GET", "/", repeatable=True).status_code == 200


def test_nobody_at_home_is_unavailable():
    with pytest.raises(PlatformUnavailable, match="No answer: ConnectError"):
        Line("http://127.0.0.1:9", seconds=1.0).call("GET", "/", repeatable=False)


def test_a_page_of_a_proxy_is_no_answer(serve):
    response = serve(Response(200, b"<html>Welcome</html>")).call("GET", "/", repeatable=False)
    with pytest.raises(PlatformUnavailable, match="not JSON: HTTP 200 <html>"):
        read_json(response)
