"""Cross-references: from a source key to a golden id, now and at any time before."""
