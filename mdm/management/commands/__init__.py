"""Management commands of the hub: one file a command."""
