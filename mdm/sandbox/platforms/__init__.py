"""Platform simulators: real HTTP servers over their own SQLite stores, on the standard library alone."""
