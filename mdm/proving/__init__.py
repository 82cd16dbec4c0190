"""Proofs of the promises of resolution, each in a database of its own: `manage.py prove`."""
