"""The interfaces for programs, one package for each version."""
