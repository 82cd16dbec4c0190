"""Master data management: truth about records, golden records and cross-references."""
