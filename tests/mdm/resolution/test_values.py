"""Golden values as resolution computes them: what validation doubts counts less, until it is corrected."""

import pytest

from mdm.models import SourceRecord
from mdm.resolution.judging import By
from mdm.resolution.overriding import say
from tests.mdm.api.hub import ANNA_CRM, ANNA_ERP, arrive, build_hub, golden_of, settle

pytestmark = pytest.mark.django_db

RIGHT, WRONG = "529900T8BM49AURSDO55", "529900T8BM49AURSDO54"
"""An LEI, and the same with a wrong check digit, which validation lets pass with a remark."""

DOUBTS = [
    # what the trusted ERP says, what the CRM says, the golden LEI, the step that decided
    (WRONG, RIGHT, RIGHT, "source_trust"),
    (RIGHT, WRONG, RIGHT, "source_trust"),
    (WRONG, None, WRONG, "only candidate"),
    (WRONG, WRONG, WRONG, "unanimous"),
]


def with_lei(erp, crm):
    build_hub()
    arrive("erp", "BusinessPartner", "17", {**ANNA_ERP, **({"lei": erp} if erp else {})})
    arrive("crm", "Account", "A-1", {**ANNA_CRM, **({"lei": crm} if crm else {})})
    settle()
    return golden_of("erp", "0000000017")


@pytest.mark.parametrize(("erp", "crm", "lei", "step"), DOUBTS)
def test_a_value_that_failed_validation_counts_for_half(erp, crm, lei, step):
    golden = with_lei(erp, crm)
    assert (golden.attributes["lei"], golden.provenance["lei"]["step"]) == (lei, step)


def test_a_corrected_value_is_not_in_doubt_any_more():
    with_lei(WRONG, RIGHT)
    record = SourceRecord.objects.get(source_key="0000000017")
    say([record.pk], "lei", "5493001KJTIIGC8Y1R12", by=By("eva", "asked"))
    assert golden_of("erp", "0000000017").attributes["lei"] == "5493001KJTIIGC8Y1R12"
