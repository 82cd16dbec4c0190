"""A moment in the past, as a query names it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mdm.api.v1.problems import Problem


def read_moment(text: str | None, *, pointer: str = "?at") -> datetime | None:
    """Return the moment that a query names, in UTC unless it says otherwise; raises a 400 problem.

    What lies in the future is refused: the hub knows what was, not what will be.
    """
    if text is None:
        return None
    try:
        # A plus sign in a query arrives as a blank.
        moment = parse_datetime(text.strip().replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None:
        raise _bad(pointer, f"{text!r} is no moment; write it as 2026-11-23T09:00:00Z.")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return not_later(moment, pointer)


def not_later(moment: datetime, pointer: str) -> datetime:
    """Return a moment that has come already; raises a 400 problem for one that has not."""
    now = timezone.now()
    if moment > now:
        said = f"{moment.isoformat()} lies in the future; now it is {now:%Y-%m-%dT%H:%M:%SZ}. Leave `at` out"
        raise _bad(pointer, f"{said} to ask for the present.")
    return moment


def _bad(pointer: str, detail: str) -> Problem:
    fault = {"pointer": pointer, "detail": detail}
    return Problem(400, "bad-request", "The request is not as described", detail, errors=[fault])
