"""Checks of what a database can show: each names the promise it guards."""
