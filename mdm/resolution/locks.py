"""Locks of resolution: the domain lock, and components in id order (design §5)."""

from collections.abc import Iterable

from django.db import connection

DOMAIN_LOCK = "hashtextextended('aurum.domain.' || %s, 0)"


def share_domain(domain: str) -> None:
    """Hold the domain's shared lock until the transaction ends: no bulk load or activation runs beside us."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({DOMAIN_LOCK})", [domain])


def seize_domain(domain: str) -> None:
    """Hold the domain alone until the transaction ends: bulk load, activation, repair."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({DOMAIN_LOCK})", [domain])


def lock_components(component_ids: Iterable[int]) -> None:
    """Lock the component rows in id order; a later statement sees what earlier holders committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id FROM mdm_component WHERE record_id = ANY(%s)"
            " ORDER BY record_id FOR NO KEY UPDATE",
            [sorted(set(component_ids))],
        )
