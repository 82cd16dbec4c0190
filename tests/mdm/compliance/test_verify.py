"""Verify names every corruption and cries at nothing else."""

import pytest

from mdm.compliance.verify import CHECKS
from tests.bench.seeded_faults import FAULTS
from tests.bench.teeth import bite, load

pytestmark = pytest.mark.django_db


def test_every_seeded_fault_is_named_and_mended_as_it_should_and_a_whole_database_by_none():
    load()
    wrong = []
    result = bite(say=lambda line: None if line.startswith("right") else wrong.append(line))
    derived = sum(fault.of == "derived" for fault in FAULTS)
    expected = {"corruptions": len(FAULTS), "named": len(FAULTS), "missed": 0, "false_alarms": 0}
    expected |= {"repairable": derived, "repaired": derived, "repaired_wrongly": 0}
    assert (wrong, result) == ([], expected)


def test_every_check_has_a_seeded_fault():
    assert {check.name for check in CHECKS} == {fault.check for fault in FAULTS}


def test_checks_have_names_of_their_own_and_say_what_holds():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.holds.endswith(".") and 1 <= check.promise <= 10 for check in CHECKS)
