"""Salesforce REST: sObjects, SOQL, upserts and collections over a SQLite store."""
