"""Matching of files without a hub: no service, no database; tables in, cross-reference and pairs out."""
