"""Telling the world: events in the outbox, lanes to destinations."""
