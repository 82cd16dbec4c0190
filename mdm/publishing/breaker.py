"""The circuit breaker of a destination: it stops sending when the platform itself fails, not when a record
does.

Closed: everything is sent. Open: nothing is, until a moment. Half open, when that moment has passed: one
caller is let through, and what becomes of its batch closes or opens the breaker again.
"""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from mdm.models import Destination

MOST_FAILURES = 5
OPEN_SECONDS = 15.0
REFUSED_SECONDS = 60.0


def seconds_closed_off(destination: Destination) -> float:
    """Return how long nothing may be sent; 0.0: send now. Once the time is over, one caller gets 0.0 as
    the trial.
    """
    destination.refresh_from_db(fields=["open_until"])
    if destination.open_until is None:
        return 0.0
    now = timezone.now()
    if destination.open_until > now:
        return (destination.open_until - now).total_seconds()
    ours = Destination.objects.filter(pk=destination.pk, open_until=destination.open_until).update(
        open_until=now + timedelta(seconds=OPEN_SECONDS)
    )
    return 0.0 if ours else OPEN_SECONDS


def failed(destination: Destination, error: str) -> None:
    """Count one more failure of the platform in a row; from the fifth on the breaker is open."""
    rows = Destination.objects.filter(pk=destination.pk)
    rows.update(failures=F("failures") + 1, last_error=error)
    rows.filter(failures__gte=MOST_FAILURES).update(
        open_until=timezone.now() + timedelta(seconds=OPEN_SECONDS)
    )


def hold_off(destination: Destination, seconds: float, error: str) -> None:
    """Send nothing for so long: the platform asked for it, or somebody must change something first."""
    until = timezone.now() + timedelta(seconds=seconds)
    Destination.objects.filter(pk=destination.pk).update(open_until=until, last_error=error)


def succeeded(destination: Destination) -> None:
    """Close the breaker and forget the failures."""
    Destination.objects.filter(pk=destination.pk).exclude(failures=0, open_until=None).update(
        failures=0, open_until=None, last_error=""
    )
