"""The contract of a connector: pages of records in, desired states out, one answer for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Verdict = Literal["ok", "retry", "refused"]
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sending:
    """The state one record of a platform shall have; without a remote key it is to be created there."""

    lane_id: int
    object_type: str
    remote_key: str | None
    golden_code: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Canonical golden values, for a create; the connector maps them to the platform's fields."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform said to one sending."""

    lane_id: int
    verdict: Verdict
    status: str = ""
    """The platform's own code: "204", "UNABLE_TO_LOCK_ROW"."""
    detail: str = ""
    remote_key: str | None = None
    payload: Payload | None = None
    """The record as the platform holds it after a create, in the shape that `pull` yields."""
    retry_after: float | None = None
    """Seconds the platform asked us to wait."""


class PlatformUnavailable(Exception):
    """A call did not come back as it should (connection, timeout, 5xx, 429): what it did is not known."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PlatformRefused(Exception):
    """The platform refuses us as a whole (credentials, rights): somebody must change something."""


class CallRefused(Exception):
    """The platform refuses a call as it is; which of its rows is at fault is not known."""


class Connector(Protocol):
    """One platform. Calls carry timeouts; no call is made inside a database transaction."""

    batch_size: int
    call_seconds: float
    """The longest that one call is waited for; leases are measured by it."""

    def pull(self, object_type: str, *, since: datetime | None = None) -> Iterator[list[Payload]]:
        """Yield pages of records as the platform returns them; with `since`, those changed at or after it."""
        ...

    def send(self, batch: Sequence[Sending], *, deadline: float) -> list[Answer]:
        """Bring each record to its desired state and return one answer a sending, in any order.

        The batch is of one object type, all creates or none. Safe to repeat at any point. No call begins
        after `deadline` (of time.monotonic). Raises PlatformUnavailable, PlatformRefused or CallRefused.
        """
        ...

    def ping(self) -> None:
        """Make the cheapest call there is; raises PlatformUnavailable or PlatformRefused."""
        ...

    def close(self) -> None:
        """Hang up for good."""
        ...

    def carried(self, object_type: str) -> Iterator[tuple[str, str]]:
        """Yield (remote key, golden id) of every record that carries one and is not deleted."""
        ...

    def golden_ids(self, object_type: str, payload: Payload) -> list[str]:
        """Return the golden ids that a pulled record carries."""
        ...
