"""Which class speaks with which destination; secrets come from the environment, by the name the settings
give.
"""

import os
from collections.abc import Mapping

from mdm.connectors.base import Connector, PlatformRefused
from mdm.connectors.http import CALL_SECONDS
from mdm.connectors.salesforce import Salesforce
from mdm.connectors.sap import Sap
from mdm.models import Destination

Settings = Mapping[str, str]
NAMES = ("salesforce", "sap")
_connectors: dict[tuple[str, frozenset[tuple[str, str]]], Connector] = {}


def connector_of(destination: Destination) -> Connector:
    """Return the connector of a destination, one a process for each state of its settings.

    settings["connection"] holds base_url, call_seconds (may be left out), and of sap: user,
    password_variable; of salesforce: client_id, client_secret_variable. Raises PlatformRefused for a secret
    that is not there, LookupError for a connector or a setting that is not.
    """
    settings: Settings = destination.settings.get("connection", {})
    key = (destination.connector, frozenset(settings.items()))
    if key not in _connectors:
        _connectors[key] = _connector(destination.connector, settings)
    return _connectors[key]


def _connector(name: str, settings: Settings) -> Connector:
    call_seconds = float(settings.get("call_seconds", CALL_SECONDS))
    if name == "salesforce":
        return Salesforce(
            base_url=settings["base_url"],
            client_id=settings["client_id"],
            client_secret=_secret(settings, "client_secret_variable"),
            call_seconds=call_seconds,
        )
    if name == "sap":
        return Sap(
            base_url=settings["base_url"],
            user=settings["user"],
            password=_secret(settings, "password_variable"),
            call_seconds=call_seconds,
        )
    raise LookupError(f"There is no connector {name!r}; there are {' and '.join(NAMES)}.")


def forget_connectors() -> None:
    """Close all connectors; each is made anew when it is next asked for, with the secrets of that moment."""
    while _connectors:
        _connectors.popitem()[1].close()


def _secret(settings: Settings, name: str) -> str:
    variable = settings[name]
    if variable not in os.environ:
        raise PlatformRefused(
            f"The environment variable {variable} is not set; it holds the secret of this platform."
        )
    return os.environ[variable]
