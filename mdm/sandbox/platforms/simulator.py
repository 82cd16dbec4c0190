"""What every platform simulator does around its API: faults, counters, the page that people watch, start and
stop."""

import argparse
import json
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote

from mdm.sandbox.platforms.faults import Counters, FaultPlan, FaultPlanError
from mdm.sandbox.platforms.pages import Theme, list_page, missing_page, record_page
from mdm.sandbox.platforms.store import Store, utc_now_ms
from mdm.sandbox.platforms.views import ROWS_A_PAGE, ListedRow, ObjectTotals, RecordView
from mdm.sandbox.platforms.web import Request, Response, Server, json_response

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
        "img-src data:"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Platform(ABC):
    """One platform: its API and the three views that its page needs."""

    theme: Theme
    store: Store

    def __init__(self, faults: FaultPlan, counters: Counters) -> None:
        self.faults = faults
        self.counters = counters

    @abstractmethod
    def serve_api(self, request: Request) -> Response:
        """Answer one API call in the platform's own shapes."""

    @abstractmethod
    def failure(self, status: int) -> Response:
        """Return the platform's own form of a 500 or 503."""

    @abstractmethod
    def over_limit(self) -> Response:
        """Return the platform's own answer to too many calls."""

    @abstractmethod
    def totals(self) -> list[ObjectTotals]:
        """Count rows and golden ids of every object."""

    @abstractmethod
    def list_rows(
        self, object_name: str, search: str, newest_first: bool, offset: int
    ) -> tuple[int, list[ListedRow]]:
        """Return how many rows match and one page of them; an unknown object has none."""

    @abstractmethod
    def find_record(self, object_name: str, key: str) -> RecordView | None:
        """Return one record with its change log, or None."""


class Simulator:
    """The application of one simulator process: the platform's API behind its faults, and the sandbox's own
    pages."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == "/" or request.path.startswith(("/record/", "/_sandbox/")):
            return self._serve_sandbox(request)
        return self._serve_api(request)

    def _serve_api(self, request: Request) -> Response:
        platform, faults, counters = self.platform, self.platform.faults, self.platform.counters
        counters.add("requests")
        if faults.latency_ms:
            time.sleep(faults.latency_ms / 1000)
        if faults.over_rate() or counters.as_json()["requests"] > faults.daily_limit:
            counters.add("rejected")
            return platform.over_limit()
        fault = faults.next_fault()
        if fault is not None and not fault.after_commit:
            counters.add("faults")
            return platform.failure(fault.status)
        response = platform.serve_api(request)
        if fault is not None:
            # The work above stands; only its answer is lost, as when a gateway gives up on a finished call.
            counters.add("faults")
            return platform.failure(fault.status)
        if response.status >= 400:
            counters.add("rejected")
        return response

    def _serve_sandbox(self, request: Request) -> Response:
        method, path = request.method, request.path
        if path == "/_sandbox/faults" and method in ("GET", "POST", "PUT"):
            return self._serve_faults(request)
        if method not in ("GET", "HEAD"):
            return json_response(405, {"error": f"{path} answers GET only."}, {"Allow": "GET"})
        if path == "/":
            return _html(200, list_page(self.platform.theme, [asdict(t) for t in self.platform.totals()]))
        if path == "/_sandbox/stats":
            return json_response(200, self._stats())
        if path == "/_sandbox/live":
            return json_response(200, self._live(request.params()))
        parts = [unquote(part) for part in path.split("/")[2:]]
        if path.startswith("/record/") and len(parts) == 2:
            record = self.platform.find_record(parts[0], parts[1])
            if record is not None:
                return _html(200, record_page(self.platform.theme, record))
        return _html(404, missing_page(self.platform.theme, path))

    def _serve_faults(self, request: Request) -> Response:
        faults = self.platform.faults
        if request.method == "GET":
            return json_response(200, faults.as_json())
        try:
            document = json.loads(request.body)
            if not isinstance(document, dict):
                raise FaultPlanError("A fault plan is a JSON object.")
            return json_response(200, faults.change(document))
        except ValueError as error:
            return json_response(400, {"error": str(error)})

    def _stats(self) -> dict[str, Any]:
        totals = self.platform.totals()
        return {
            **self.platform.counters.as_json(),
            "changes_logged": self.platform.store.count_changes(),
            "rows": {total.object: total.rows for total in totals},
            "golden": {total.object: total.golden for total in totals},
        }

    def _live(self, params: dict[str, str]) -> dict[str, Any]:
        """Return what the list page shows now: totals, counters, one page of rows."""
        totals = self.platform.totals()
        wanted = params.get("object", totals[0].object)
        page_text = params.get("page", "0")
        page = int(page_text) if page_text.isdecimal() else 0
        newest = params.get("order", "newest") == "newest"
        matching, rows = self.platform.list_rows(
            wanted, params.get("q", "").strip(), newest, page * ROWS_A_PAGE
        )
        return {
            "now": utc_now_ms(),
            "totals": [asdict(total) for total in totals],
            "counters": self.platform.counters.as_json(),
            "object": wanted,
            "matching": matching,
            "page": page,
            "rows_a_page": ROWS_A_PAGE,
            "rows": [asdict(row) for row in rows],
        }


def _html(status: int, text: str) -> Response:
    return Response(status, text.encode(), "text/html;charset=UTF-8", PAGE_HEADERS)


def argument_parser(program: str, description: str) -> argparse.ArgumentParser:
    """Return a parser for the options that every simulator process takes."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument(
        "--store", type=Path, required=True, help="the SQLite file; created when missing, continued when not"
    )
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--load", type=Path, help="a directory of sample files, read only into an empty store"
    )
    parser.add_argument("--fail-every", type=int, default=0, help="answer 500 or 503 to every N-th API call")
    return parser


def run_until_stopped(platform: Platform, port: int) -> int:
    """Serve the platform until SIGTERM or Ctrl-C; print one JSON line once it listens; return the exit
    status."""
    try:
        server = Server(port, Simulator(platform))
    except OSError as error:
        print(
            f"Port {port} on 127.0.0.1 cannot be opened ({error.strerror}); choose another, or 0.",
            file=sys.stderr,
        )
        platform.store.close()
        return 3

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the serving loop, which this very thread runs; so another thread asks.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(json.dumps({"ready": True, "port": server.port}), flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    platform.store.close()
    return 0
