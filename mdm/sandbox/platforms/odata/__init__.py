"""SAP S/4HANA OData V2: entity types, queries, writes and batches over a SQLite store."""
