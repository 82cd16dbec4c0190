"""The database is reached by the third psycopg, and addresses are read by libpq's own reader."""

import django

django.setup()

from django.db import connection  # noqa: E402 - after setup

assert connection.Database.__name__ == "psycopg"
assert connection.Database.__version__.startswith("3.")
