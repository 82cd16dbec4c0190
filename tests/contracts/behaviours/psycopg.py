"""The database is reached by the third psycopg, and addresses are read by libpq's own reader."""

import django

django.setup()

from typing import Any  # noqa: E402 - after setup

from django.db import connections  # noqa: E402 - after setup

connection: Any = connections["default"]
assert connection.Database.__name__ == "psycopg"
assert connection.Database.__version__.startswith("3.")
