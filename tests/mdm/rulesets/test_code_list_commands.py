"""The commands of code lists and override debt: what they print, propose and refuse."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mdm.models import RuleSet
from mdm.resolution.judging import By
from mdm.resolution.overriding import override
from tests.mdm.api.hub import build_hub, golden_of

pytestmark = pytest.mark.django_db

HEAD = "code_list,source,code,canonical\n"


@pytest.fixture(autouse=True)
def hub():
    """Give the small hub."""
    return build_hub()


def told(name, *arguments):
    out = StringIO()
    call_command(name, "--domain", "customer", *arguments, stdout=out)
    return out.getvalue()


def propose(tmp_path, text, *arguments):
    file = tmp_path / "lines.csv"
    file.write_text(text, encoding="utf-8")
    return told("code_lists", "--lines", str(file), *(arguments or ("--actor", "tom", "--reason", "Ours.")))


def test_lines_of_a_file_become_a_draft_that_somebody_else_approves(tmp_path):
    text = propose(tmp_path, f"{HEAD}payment_terms,erp,N30,NET30\n")
    assert "Drafted: customer rule set 2; 1 of 1 golden records that it touches would change" in text
    call_command("approve_rules", "2", "--domain", "customer", "--actor", "eva", stdout=StringIO())
    assert golden_of("erp", "0000000017").attributes["payment_terms"] == "NET30"
    assert "payment_terms: 1 canonical codes, 1 lines." in told("code_lists")


def test_what_nothing_reads_is_told_with_an_example(tmp_path):
    propose(tmp_path, f"{HEAD}payment_terms,erp,N60,NET60\n")
    call_command("approve_rules", "2", "--domain", "customer", "--actor", "eva", stdout=StringIO())
    assert (
        "unmapped: payment_terms 'N30' of erp BusinessPartner (payment_terms), 1 records such as 0000000017:"
        " kept, doubted" in told("code_lists")
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code_list,source,code\n", "has no column 'canonical'"),
        (f"{HEAD}payment_terms,,N30,NET30\n", "row 2: source is empty"),
        (f"{HEAD}payment_terms,sap,N30,NET30\n", "There is no source 'sap'"),
        (HEAD, "Nothing was proposed"),
    ],
)
def test_a_bad_file_is_refused_with_the_row(tmp_path, text, said):
    with pytest.raises(CommandError, match=said):
        propose(tmp_path, text)
    assert RuleSet.objects.count() == 1


def test_lines_need_a_name(tmp_path):
    with pytest.raises(CommandError, match="needs --actor"):
        propose(tmp_path, f"{HEAD}payment_terms,erp,N30,NET30\n", "--reason", "x")


def test_the_debt_is_counted_and_what_can_go_is_listed(hub):
    override(hub.anna.code, "language", "de", by=By("eva", "asked"))
    number = override(hub.anna.code, "website", None, by=By("tom", "asked")).override_ids[0]
    text = told("override_debt")
    assert "2 overrides in force; the sources agree with 1 by now" in text
    assert "By actor: eva 1, tom 1." in text
    assert f"override {number}  {hub.anna.code}  website set, always, 0 days, tom: agrees: can go" in text
    assert "language set" not in text and "language set" in told("override_debt", "--all")
