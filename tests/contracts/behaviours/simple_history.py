"""Golden records have a historical model that can be asked as of a moment."""

import datetime

import django

django.setup()

from mdm.models import GoldenRecord  # noqa: E402 - after setup

asked = GoldenRecord.history.as_of(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
assert "history_date" in str(asked.query)
