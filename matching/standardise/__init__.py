"""Standardisers: pure functions over one scalar that never raise on dirt; call them on distinct values only."""
