"""Audit, policy, and what compliance officers ask for."""
