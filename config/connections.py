"""From libpq's connection parameters to what Django and kombu want to be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

BROKER_SCHEMA = "broker"
# Longer than any task may run, or a running task would be delivered a second time.
VISIBILITY_SECONDS = 300


def django_database(parameters: Mapping[str, str], *, max_age: int) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL named by libpq parameters (host, user, dbname, ...)."""
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{key: parameters.get(name, "") for name, key in named.items()},
        "OPTIONS": {name: value for name, value in parameters.items() if name not in named},
        "CONN_MAX_AGE": max_age,
        "CONN_HEALTH_CHECKS": True,
    }


def database_url(parameters: Mapping[str, str]) -> str:
    """Return libpq parameters as the DATABASE_URL that says the same."""
    rest = dict(parameters)
    return f"postgresql:///{quote(rest.pop('dbname', ''), safe='')}?{urlencode(rest, quote_via=quote)}"


def broker_address(parameters: Mapping[str, str]) -> str:
    """Return the address of a Celery broker that is this PostgreSQL, its tables in a schema of their own.

    The embedded server's password stays in its file; only a password that DATABASE_URL spells out is
    repeated.
    """
    rest = dict(parameters)
    user, password, database = (quote(rest.pop(name, ""), safe="") for name in ("user", "password", "dbname"))
    rest["options"] = f"{rest.get('options', '')} -c search_path={BROKER_SCHEMA}".strip()
    login = f"{user}:{password}@" if password else f"{user}@"
    return f"sqla+postgresql+psycopg://{login}/{database}?{urlencode(rest, quote_via=quote)}"


def is_postgresql(address: str) -> bool:
    """Whether this broker is a PostgreSQL."""
    return address.startswith("sqla+")


def transport_options(address: str) -> dict[str, Any]:
    """Return what kombu's transport for this broker is told."""
    if is_postgresql(address):
        # For SQLAlchemy: a connection that died with its server is noticed before it is used. psycopg would
        # prepare a statement on its fifth use; under chaos the server had forgotten one ("_pg3_1 does not
        # exist"), and statements as small as the broker's gain nothing by it.
        return {
            "pool_pre_ping": True,
            "pool_recycle": 600,
            "connect_args": {"prepare_threshold": None},
        }
    if address.startswith("redis"):
        return {
            "visibility_timeout": VISIBILITY_SECONDS,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": 10,
            "socket_connect_timeout": 4,
            "socket_keepalive": True,
            "health_check_interval": 25,
        }
    return {"confirm_publish": True}
