"""Record matching as a pure library: records in, clusters with explanations out; no Django, no database."""
