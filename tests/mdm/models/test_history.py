"""History: one row an object and entry, with actor and reason, however the table was written."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mdm.compliance import audit
from mdm.models import AuditEntry, GoldenRecord, SourceRecord, SourceSystem
from mdm.models.history_triggers import HISTORY_OWN, TRACKED, tracked_columns, trigger_sql
from tests.linktable import start

pytestmark = pytest.mark.django_db


def entry(actor="anna", **named):
    return audit.entry(actor=actor, action="test", cause="a test", **named)


def test_a_tracked_change_without_an_entry_is_refused():
    with (
        pytest.raises(DatabaseError, match=r"Changing mdm_sourcesystem needs an audit entry"),
        transaction.atomic(),
    ):
        SourceSystem.objects.create(code="erp", name="ERP")


def test_a_change_outside_of_its_entry_is_refused_again():
    with entry():
        SourceSystem.objects.create(code="erp", name="ERP")
    with pytest.raises(DatabaseError, match="needs an audit entry"), transaction.atomic():
        SourceSystem.objects.update(name="Other")


def test_an_update_that_changes_nothing_needs_no_entry_and_writes_no_row():
    with entry():
        SourceSystem.objects.create(code="erp", name="ERP")
    SourceSystem.objects.update(name="ERP")
    assert SourceSystem.history.count() == 1


def test_who_and_why_stand_in_the_row():
    with entry(actor="anna", reason="They moved.") as opened:
        SourceSystem.objects.create(code="erp", name="ERP")
    row = SourceSystem.history.get()
    assert (row.history_actor, row.history_entry_id, row.history_change_reason, row.history_type) == (
        "anna",
        opened.pk,
        "They moved.",
        "+",
    )


def test_an_object_has_one_row_for_one_entry_however_often_it_changes():
    with entry():
        source = SourceSystem.objects.create(code="erp", name="ERP")
        for name in ("one", "two", "three"):
            source.name = name
            source.save()
    (row,) = SourceSystem.history.all()
    assert (row.name, row.history_type) == ("three", "+")
    with entry():
        source.delete()
    assert list(SourceSystem.history.order_by("history_id").values_list("history_type", flat=True)) == [
        "+",
        "-",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mdm_sourcesystem SET name = 'raw'",
        "UPDATE mdm_sourcesystem SET name = 'raw' WHERE code = 'erp'",
        """INSERT INTO mdm_sourcesystem (code, name, contributes, accepts, trust, home_url)
           VALUES ('crm', 'raw', true, false, 50, '')""",
    ],
)
def test_raw_sql_is_covered(statement):
    with entry():
        SourceSystem.objects.create(code="erp", name="ERP")
    with entry(actor="bert"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert SourceSystem.history.filter(name="raw", history_actor="bert").count() == 1


def test_copy_is_covered():
    with entry(), connection.cursor() as cursor:
        columns = "code, name, contributes, accepts, trust, home_url"
        with cursor.copy(f"COPY mdm_sourcesystem ({columns}) FROM STDIN") as copy:
            for code in ("erp", "crm"):
                copy.write_row((code, code, True, False, 50, ""))
    assert SourceSystem.history.count() == 2


def test_as_of_returns_every_object_once_as_it_was():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=bert")
    then = timezone.now()
    hub.load("crm/1 n=anna at=1\nshop/1 n=carl")
    assert sorted(one.attributes["full_name"] for one in SourceRecord.history.as_of(then)) == ["anna", "bert"]
    assert [one.status for one in GoldenRecord.history.as_of(then).order_by("pk")] == ["live", "live"]
    assert sorted(one.status for one in GoldenRecord.objects.all()) == ["live", "live", "merged"]


def test_stamps_ascend_object_by_object():
    with entry():
        source = SourceSystem.objects.create(code="erp", name="0")
    for number in range(1, 20):
        with entry():
            SourceSystem.objects.filter(pk=source.pk).update(name=str(number))
    stamps = list(SourceSystem.history.order_by("history_id").values_list("history_date", flat=True))
    assert len(stamps) == 20 and stamps == sorted(set(stamps))


def test_the_last_stamp_of_an_object_is_not_sought_through_everybodys_history():
    # The maximum of an indexed column is read from the end of its index, whoever that belongs to.
    for name in TRACKED:
        model, historical = apps.get_model("mdm", name), apps.get_model("mdm", f"Historical{name}")
        assert "max(h.history_date)" not in trigger_sql(model, historical), name


def test_every_column_of_a_tracked_model_is_followed_or_left_out_on_purpose():
    left_out = {
        "SourceRecord": {"payload"},
        "GoldenRecord": {"changes_on"},
        "RuleSet": {"spec", "model", "survivorship", "code_lists"},
        "SourceRelationship": {"told"},
        "Overlay": {"payload"},
    }
    for name in TRACKED:
        model, historical = apps.get_model("mdm", name), apps.get_model("mdm", f"Historical{name}")
        columns = {field.column for field in model._meta.concrete_fields}
        assert columns - set(tracked_columns(historical)) == left_out.get(name, set()), name
        own = {field.column for field in historical._meta.concrete_fields} - set(tracked_columns(historical))
        assert own == HISTORY_OWN, name


@pytest.mark.parametrize("statement", ["UPDATE mdm_auditentry SET actor = 'x'", "DELETE FROM mdm_auditentry"])
def test_the_audit_log_is_append_only(statement):
    with entry():
        pass
    with (
        pytest.raises(DatabaseError, match="append only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().actor == "anna"
