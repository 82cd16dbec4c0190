"""Management commands of the hub."""
