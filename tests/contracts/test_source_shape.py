"""A file reads in one sitting, a function on one screen."""

from __future__ import annotations

import pytest

from tests.bench.file_sizes import file_lengths, function_lengths
from tests.contracts.tree import CHECKOUT

FILE_WALL = 350
FUNCTION_WALL = 60


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch):
    monkeypatch.chdir(CHECKOUT)


def test_no_source_file_is_longer_than_350_lines():
    assert {name: length for name, length in file_lengths().items() if length > FILE_WALL} == {}


def test_no_function_is_longer_than_60_lines():
    assert {name: length for name, length in function_lengths().items() if length > FUNCTION_WALL} == {}
