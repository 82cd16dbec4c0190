"""Delivery: compute the desired state when it is sent, send it, write down what came of it.

At least once, safe to repeat: the platform's record is written by its own key, a create looks first whether
an earlier attempt arrived, and an acknowledged state that is still the desired one is not sent again. A
failed call is taken apart until it is known whether the platform or one record is at fault.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from django.db import connection

from mdm.connectors.base import (
    Answer,
    CallRefused,
    Connector,
    PlatformRefused,
    PlatformUnavailable,
    Sending,
)
from mdm.connectors.registry import connector_of
from mdm.models import Delivery, Destination
from mdm.publishing import breaker, lease
from mdm.publishing.desired import sendings_of, state_hash
from mdm.publishing.homecoming import Arrival, welcome
from mdm.publishing.lease import Finish, Leased

RUN_SECONDS = 60.0
PATIENCE = 2.0
"""Seconds a run waits for the next lane or for the breaker before it leaves the rest to the next run."""
CALLS_A_LEASE = 5
"""A lease lasts as long as so many calls may; sending stops two calls before, so that the last ones end
inside.
"""

Trouble = PlatformUnavailable | PlatformRefused


@dataclass
class Told:
    """What one run came to; `more`: it ended because its time was over."""

    acknowledged: int = 0
    more: bool = False


@dataclass
class Said:
    """The answers to a batch by lane, and what stopped it before everything was sent."""

    answers: dict[int, Answer] = field(default_factory=dict)
    trouble: Trouble | None = None


def deliver_due(destination: Destination, *, seconds: float = RUN_SECONDS) -> Told:
    """Send everything that is due at a destination, batch by batch, for so many seconds.

    Waits for what is due within PATIENCE. Raises RuntimeError inside a transaction: a platform must not be
    heard while locks are held.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Delivery speaks HTTP and must not run inside a database transaction.")
    told = Told()
    destination.refresh_from_db()
    if not destination.enabled:
        return told
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        wait = lease.soonest(destination)
        if wait is not None and wait <= 0.0:
            wait = breaker.seconds_closed_off(destination) or _next_batch(destination, told)
        if wait is None or wait > PATIENCE:
            return told
        time.sleep(wait)
    told.more = True
    return told


def _next_batch(destination: Destination, told: Told) -> float | None:
    """Send one batch; returns the seconds to wait then, None when others have what is due in hand."""
    try:
        connector = connector_of(destination)
    except PlatformRefused as error:
        breaker.hold_off(destination, breaker.REFUSED_SECONDS, str(error))
        return breaker.REFUSED_SECONDS
    leased_for = CALLS_A_LEASE * connector.call_seconds
    deadline = time.monotonic() + leased_for - 2 * connector.call_seconds
    token, lanes = lease.take(destination, connector.batch_size, seconds=leased_for)
    if not lanes:
        return None
    told.acknowledged += _deliver(destination, connector, token, lanes, deadline)
    return 0.0


def _deliver(
    destination: Destination, connector: Connector, token: UUID, lanes: Sequence[Leased], deadline: float
) -> int:
    """Send one leased batch and finish every lane of it; returns how many states are acknowledged."""
    sendings = sendings_of(destination, lanes)
    lost = [lane for lane in lanes if lane.attempts > lease.MAX_ATTEMPTS]
    settled = [lane for lane in lanes if lane.id not in sendings and lane not in lost]
    finishes = [
        lease.refused(lane, f"Its worker did not come back, {lane.attempts - 1} times.") for lane in lost
    ]
    finishes += [Finish(lane, "ok", hash=lane.acknowledged_hash) for lane in settled]
    lease.finish(token, finishes)
    acknowledged = len(settled)
    trouble: Trouble | None = None
    for portion in _portions([lane for lane in lanes if lane not in lost], sendings):
        batch = [sendings[lane.id] for lane in portion]
        said = Said(trouble=trouble) if trouble else _ask(connector, batch, deadline)
        trouble = said.trouble
        finishes = _finishes(destination, portion, sendings, said)
        acknowledged += sum(one.verdict == "ok" for one in finishes)
        lease.finish(token, finishes)
    _judge_platform(destination, trouble, heard=bool(sendings))
    return acknowledged


def _portions(lanes: Sequence[Leased], sendings: Mapping[int, Sending]) -> Iterator[list[Leased]]:
    """Yield the lanes to send, creates first, each portion of one object type and all creates or none."""

    def kind(lane: Leased) -> tuple[bool, str]:
        return sendings[lane.id].remote_key is not None, sendings[lane.id].object_type

    for _, portion in groupby(sorted((lane for lane in lanes if lane.id in sendings), key=kind), key=kind):
        yield list(portion)


def _ask(connector: Connector, batch: Sequence[Sending], deadline: float) -> Said:
    """Send a batch; one that fails while the platform is well is halved until the poison record is alone."""
    said = Said()
    waiting = [batch]
    while waiting:
        part = waiting.pop()
        try:
            answers = connector.send(part, deadline=deadline)
        except PlatformRefused as error:
            said.trouble = error
        except PlatformUnavailable as error:
            said.trouble = _trouble(connector, error)
            answers = [Answer(part[0].lane_id, "retry", "unavailable", str(error))]
        except CallRefused as error:
            answers = [Answer(part[0].lane_id, "refused", "call refused", str(error))]
        else:
            said.answers |= {answer.lane_id: answer for answer in answers}
            continue
        if time.monotonic() >= deadline and not said.answers:
            said.trouble = said.trouble or PlatformUnavailable(
                "Nothing got through in the time of a sending."
            )
        if said.trouble is not None or time.monotonic() >= deadline:
            return said
        if len(part) > 1:
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]
        else:
            said.answers[part[0].lane_id] = answers[0]
    return said


def _trouble(connector: Connector, error: PlatformUnavailable) -> Trouble | None:
    """Return what is wrong with the platform, or None when it answers and the batch itself must be at
    fault.
    """
    if error.retry_after is not None:
        return error
    try:
        connector.ping()
    except (PlatformUnavailable, PlatformRefused) as trouble:
        return trouble
    return None


def _finishes(
    destination: Destination, lanes: Sequence[Leased], sendings: Mapping[int, Sending], said: Said
) -> list[Finish]:
    """Return the finish of each lane of a portion; created records come home first."""
    homeless: dict[int, str] = {}
    arrivals = [
        Arrival(lane.id, sendings[lane.id].golden_code, answer.payload)
        for lane in lanes
        if (answer := said.answers.get(lane.id)) and answer.verdict == "ok" and answer.payload is not None
    ]
    if arrivals:
        homeless = welcome(destination, sendings[lanes[0].id].object_type, arrivals)
    return [
        lease.refused(lane, homeless[lane.id])
        if lane.id in homeless
        else _finish(lane, sendings[lane.id], said.answers.get(lane.id), said.trouble)
        for lane in lanes
    ]


def _finish(lane: Leased, sending: Sending, answer: Answer | None, trouble: Trouble | None) -> Finish:
    if answer is None:
        wait = getattr(trouble, "retry_after", None) or 0.0
        return Finish(lane, "later", wait=wait, error=str(trouble or "The time of this sending was used up."))
    if answer.verdict == "retry":
        return lease.failed(lane, answer.detail, status=answer.status, retry_after=answer.retry_after)
    if answer.verdict == "refused":
        return lease.refused(lane, answer.detail, status=answer.status)
    return Finish(
        lane,
        "ok",
        Delivery.Outcome.ACKNOWLEDGED,
        hash=state_hash(sending.golden_code),
        status=answer.status,
        sent={"golden": sending.golden_code, "key": answer.remote_key or sending.remote_key or ""},
    )


def _judge_platform(destination: Destination, trouble: Trouble | None, *, heard: bool) -> None:
    """Tell the breaker how the platform did in one batch."""
    if isinstance(trouble, PlatformRefused):
        breaker.hold_off(destination, breaker.REFUSED_SECONDS, str(trouble))
    elif trouble is not None and trouble.retry_after is not None:
        breaker.hold_off(destination, trouble.retry_after, str(trouble))
    elif trouble is not None:
        breaker.failed(destination, str(trouble))
    elif heard:
        breaker.succeeded(destination)
