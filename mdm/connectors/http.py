"""HTTP as connectors use it: every fault of a platform becomes one of two exceptions, every call has a
time limit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any

import httpx

from mdm.connectors.base import PlatformRefused, PlatformUnavailable

CALL_SECONDS = 20.0
AT_ONCE_SECONDS = 0.5
PATIENT_SECONDS = 120.0
LONGEST_PAUSE = 5.0
UNAVAILABLE = frozenset({408, 425, 429, 500, 502, 503, 504})


class Line:
    """The line to one platform: keep-alive, no redirects, a time limit for each call and a deadline for
    all.
    """

    def __init__(self, base_url: str, *, seconds: float, overload: str | None = None, **options: Any) -> None:
        timeout = httpx.Timeout(seconds, connect=min(5.0, seconds))
        self._client = httpx.Client(base_url=base_url, timeout=timeout, follow_redirects=False, **options)
        self._overload = overload
        """What a 403 says that means "too many calls", not "you may not"."""
        self._deadline = float("inf")

    def close(self) -> None:
        """Hang up for good."""
        self._client.close()

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Let no call begin after this moment of time.monotonic()."""
        self._deadline = deadline
        try:
            yield
        finally:
            self._deadline = float("inf")

    def call(
        self,
        method: str,
        url: str,
        *,
        repeatable: bool,
        patience: float = AT_ONCE_SECONDS,
        **options: Any,
    ) -> httpx.Response:
        """Return the platform's answer; a repeatable call is tried again while `patience` (seconds) lasts.

        Retry-After is obeyed: the call waits that long, or gives up when that is longer than its patience.
        Raises PlatformUnavailable, and PlatformRefused for 401 and 403, which no repetition mends.
        """
        ends = time.monotonic() + (patience if repeatable else 0.0)
        for attempt in count():
            try:
                return self._once(method, url, options)
            except PlatformUnavailable as error:
                growing = min(0.05 * 2**attempt, LONGEST_PAUSE)
                wait = growing if error.retry_after is None else error.retry_after
                if time.monotonic() + wait >= min(ends, self._deadline):
                    raise
                time.sleep(wait)
        raise AssertionError("the loop returns or raises")

    def _once(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        if time.monotonic() >= self._deadline:
            raise PlatformUnavailable("The time for this sending was used up.")
        try:
            response = self._client.request(method, url, **options)
        except httpx.TransportError as error:
            raise PlatformUnavailable(f"No answer: {type(error).__name__} {error}".strip()) from error
        if response.status_code == 403 and self._overload is not None and self._overload in response.text:
            raise PlatformUnavailable(said(response), retry_after=_retry_after(response))
        if response.status_code in (401, 403):
            raise PlatformRefused(f"{method} {response.request.url.path}: {said(response)}")
        if response.status_code in UNAVAILABLE:
            raise PlatformUnavailable(said(response), retry_after=_retry_after(response))
        return response


def said(response: httpx.Response) -> str:
    """Return status and words of an answer, for an error message."""
    return f"HTTP {response.status_code} {response.text[:300]}".strip()


def read_json(response: httpx.Response) -> Any:
    """Return the body as JSON; raises PlatformUnavailable when it is none, as from a proxy in between."""
    try:
        return response.json()
    except ValueError as error:
        raise PlatformUnavailable(f"The answer is not JSON: {said(response)}") from error


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())
