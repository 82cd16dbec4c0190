"""What the embedded PostgreSQL refuses; every message is a sentence for a person."""

from __future__ import annotations


class EmbeddedRefused(Exception):
    """The embedded PostgreSQL cannot be started, stopped or reached; the message says why and what to do."""
