"""Standardisers: pure functions over one scalar that never raise; call them on distinct values only."""
