"""Stewardship: the screens on which people review, decide and watch."""
