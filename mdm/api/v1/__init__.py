"""Version 1 of the API: every view parses, calls a service and serialises."""
