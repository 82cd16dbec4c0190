"""The audit log: every entry names who, what and why; an inner entry joins the outer one."""

import pytest
from django.db import connection

from mdm.compliance import audit
from mdm.models import AuditEntry, SourceSystem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("named", "missing"),
    [
        ({"actor": "", "action": "a", "cause": "c"}, "actor"),
        ({"actor": "x", "action": " ", "cause": "c"}, "action"),
        ({"actor": "x", "action": "a", "cause": ""}, "cause"),
    ],
)
def test_an_entry_without_actor_action_or_cause_is_refused(named, missing):
    with pytest.raises(ValueError, match=f"An audit entry needs {missing}"), audit.entry(**named):
        pass


def test_an_inner_entry_joins_the_outer_one():
    with audit.entry(actor="anna", action="outer", cause="a test") as outer:
        with audit.entry(actor="bert", action="inner", cause="a test") as inner:
            assert inner is outer
        assert audit.current() is outer
    assert AuditEntry.objects.get().action == "outer"


def test_no_entry_is_open_afterwards_not_even_after_a_failure():
    with pytest.raises(ZeroDivisionError), audit.entry(actor="anna", action="a", cause="c"):
        raise ZeroDivisionError
    with pytest.raises(RuntimeError, match="No audit entry is open"):
        audit.current()
    assert AuditEntry.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('aurum.entry', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_what_fails_inside_leaves_neither_the_change_nor_the_entry():
    with pytest.raises(ZeroDivisionError), audit.entry(actor="anna", action="a", cause="c"):
        SourceSystem.objects.create(code="erp", name="ERP")
        raise ZeroDivisionError
    assert (SourceSystem.objects.count(), SourceSystem.history.count(), AuditEntry.objects.count()) == (
        0,
        0,
        0,
    )


def test_long_names_are_cut_to_what_the_log_holds():
    with audit.entry(actor="a" * 500, action="b" * 500, cause="c" * 500) as row:
        assert (len(row.actor), len(row.action), len(row.cause)) == (150, 60, 300)
