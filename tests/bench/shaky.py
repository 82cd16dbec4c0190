"""A client that keeps asking while the database comes and goes, and the database's sudden ends."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.db import Error, InterfaceError, OperationalError, connection
from kombu.exceptions import OperationalError as BrokerAway

from config import embedded
from config.embedded.cluster import recorded_process
from config.embedded.places import recorded_place
from mdm.models import Membership
from mdm.tasks import resolve
from tests.linktable import DOMAIN, Hub, lines

PATIENCE = 60.0


@dataclass
class Client:
    """Puts records as a platform does that sends again what was not acknowledged."""

    hub: Hub
    acknowledged: set[str] = field(default_factory=set)

    def put(self, text: str) -> list[str]:
        """Put records until they are acknowledged; return their names."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.hub.put(text)
                break
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        names = [line.short for line in lines(text)]
        self.acknowledged |= set(names)
        return names

    def wake(self) -> None:
        """Tell the workers that something is due; a wake-up that is lost does no harm."""
        try:
            resolve.apply_async((DOMAIN,), queue="match", retry=False)
        except (BrokerAway, Error):
            return

    def is_done(self, short: str) -> bool:
        """Whether a record was resolved."""
        source, key = short.split("/")
        waiting = Membership.objects.filter(due=True, record__object_type__source__code=source)
        return not waiting.filter(record__source_key=key).exists()


def restart(home: Path) -> None:
    """Let PostgreSQL end at once, as a machine that fails does, and start it again."""
    place = recorded_place(home)
    assert place is not None
    process = recorded_process(place)
    assert process is not None
    os.kill(process, signal.SIGQUIT)
    connection.close()
    embedded.ensure_running(home)
