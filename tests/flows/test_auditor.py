"""The auditor's own reading of golden ids agrees with the service's, although they share no code."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.xref.codes import CAPACITY, encode
from tests.flows.auditor import audit, is_valid

numbers = st.integers(min_value=0, max_value=CAPACITY - 1)


@given(numbers, st.sampled_from("CP"))
def test_every_id_that_the_hub_issues_is_valid(number, letter):
    assert is_valid(encode(letter, number), letter)


@given(
    numbers,
    st.sampled_from([2, 3, 4, 5, 7, 8, 9, 10, 12]),
    st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
)
def test_no_id_with_one_wrong_character_is_valid(number, place, wrong):
    right = encode("C", number)
    changed = right[:place] + wrong + right[place + 1 :]
    assert is_valid(changed, "C") == (changed == right)


@pytest.mark.parametrize("text", ["", "C-", "P-0000-0000-0", "c-0000-0000-0", "C-000I-0000-0", "C00000000"])
def test_what_is_no_customer_id_is_not_valid(text):
    assert not is_valid(text, "C")


def test_every_wrong_row_of_a_store_is_named(tmp_path):
    right, other = encode("C", 1), encode("C", 2)
    erp = sqlite3.connect(tmp_path / "erp.sqlite")
    erp.executescript(
        f"""
        CREATE TABLE business_partner (BusinessPartner TEXT, body TEXT);
        CREATE TABLE identification (
            BusinessPartner TEXT, BPIdentificationType TEXT, BPIdentificationNumber TEXT);
        CREATE TABLE product (Product TEXT, YY1_GoldenId_PRD TEXT, body TEXT);
        INSERT INTO business_partner VALUES
            ('right', '{{}}'), ('none', '{{}}'), ('two', '{{}}'),
            ('archived', '{{"IsMarkedForArchiving":true}}');
        INSERT INTO identification VALUES
            ('right', 'ZMDM', '{right}'), ('none', 'BUP001', '{right}'),
            ('two', 'ZMDM', '{right}'), ('two', 'ZMDM', '{other}');
        INSERT INTO product VALUES ('customer id', '{right}', '{{}}');
        """
    )
    crm = sqlite3.connect(tmp_path / "crm.sqlite")
    for table in ("account", "contact", "product2"):
        crm.execute(f"CREATE TABLE {table} (Id TEXT, MDM_Id__c TEXT, IsDeleted INTEGER)")
    crm.execute(
        "INSERT INTO account VALUES ('same', ?, 0), ('misspelt', 'C-0000-0000-0', 0), ('binned', '', 1)",
        [right],
    )
    crm.commit()
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample/truth.csv").write_text(
        "source,object_type,source_key,entity\nerp,BusinessPartner,right,a\ncrm,Account,same,a\n"
        "crm,Account,misspelt,a\n"
    )
    found = audit(tmp_path)
    assert found["faults"] == [
        "erp BusinessPartner archived carries 0 golden ids.",
        "erp BusinessPartner none carries 0 golden ids.",
        "erp BusinessPartner two carries 2 golden ids.",
        "erp Product customer id carries '" + right + "', which is no valid id.",
        "crm Account misspelt carries 'C-0000-0000-0', which is no valid id.",
    ]
    assert found["rows"] == 7
    # One of the three true pairs was found, and nothing else was claimed.
    assert found["platform_quality"]["together"]["customer"] == {
        "rows": 6, "of_truth": 3, "precision": 1.0, "recall": 0.3333,
    }  # fmt: skip
