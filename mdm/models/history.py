"""What every history row carries beside the tracked columns.

Rows are written by statement triggers (see `mdm.models.history_triggers`), never by signals, so that ORM,
raw SQL and COPY are covered alike.
"""

from django.db import models


class HistoryRow(models.Model):
    """Ties a history row to the audit entry (actor, cause, reason) under which it was written."""

    history_entry_id = models.BigIntegerField(db_index=True)
    history_actor = models.CharField(max_length=150)

    class Meta:
        abstract = True
