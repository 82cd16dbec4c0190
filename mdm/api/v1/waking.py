"""Wake-ups from requests: sent after the commit, and never worth waiting for.

The database says what is due and the sweeper sends every wake-up again, so one that cannot be sent is let go.
"""

from __future__ import annotations

import logging
import threading
import time

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from mdm.rulesets.active import active

log = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
"""How long no wake-up is tried after one failed: as long as the sweeper's period."""


class _Quiet:
    """Until when this process leaves a broker alone that did not answer."""

    def __init__(self) -> None:
        self.until = 0.0
        self.lock = threading.Lock()

    def now(self) -> bool:
        with self.lock:
            return time.monotonic() < self.until

    def begin(self) -> None:
        with self.lock:
            self.until = time.monotonic() + PAUSE_SECONDS


_quiet = _Quiet()


def wake_resolution(domain: str) -> None:
    """Wake a worker for this domain after the commit, if the domain has rules to resolve by."""
    if active(domain) is not None:
        transaction.on_commit(lambda: _send(domain))


def _send(domain: str) -> None:
    if _quiet.now():
        return
    try:
        current_app.send_task("mdm.tasks.resolve", args=[domain], retry=False)
    except (OperationalError, OSError) as error:
        _quiet.begin()
        log.warning("No wake-up was sent for %s, the sweeper will: %s", domain, error)
