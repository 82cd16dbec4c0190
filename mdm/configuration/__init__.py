"""Configuration as files: everything but secrets and data, written out, compared and applied."""
