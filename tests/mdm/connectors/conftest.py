"""Connectors speak with the real simulators."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from mdm.connectors.base import Answer, Connector, Sending
from mdm.connectors.salesforce import Salesforce
from mdm.connectors.sap import Sap
from tests.platforms import Platform, start

__all__ = ["start"]

Connect = Callable[[Platform], Connector]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Give a connector for a platform; it hangs up when the test is over."""
    connectors: list[Connector] = []

    def _connect(platform: Platform) -> Connector:
        found: Connector
        if platform.module == "sap":
            found = Sap(base_url=platform.url, user="MDM_HUB", password="sandbox", call_seconds=10.0)
        else:
            found = Salesforce(
                base_url=platform.url, client_id="aurum", client_secret="sandbox", call_seconds=10.0
            )
        connectors.append(found)
        return found

    yield _connect
    for connector in connectors:
        connector.close()


def answers(connector: Connector, *sendings: Sending) -> list[Answer]:
    """Return the answer to each sending, by lane."""
    found = connector.send(sendings, deadline=time.monotonic() + 30)
    return sorted(found, key=lambda answer: answer.lane_id)


def send(connector: Connector, *sendings: Sending) -> list[tuple[int, str, str]]:
    """Return (lane, verdict, status) of each answer, by lane."""
    return [(answer.lane_id, answer.verdict, answer.status) for answer in answers(connector, *sendings)]
