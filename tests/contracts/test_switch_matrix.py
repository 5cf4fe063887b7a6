"""What the bench relies on in every switch matrix."""

import json

import pytest

from drivers.errors import InstrumentError
from drivers.roles import SwitchMatrix


class TestConnecting:
    def test_exactly_what_was_asked_for_is_closed(self, matrix: SwitchMatrix) -> None:
        matrix.connect(["1A05", "1A01"])
        assert matrix.closed() == ("1A01", "1A05")

    def test_the_previous_ones_open(self, matrix: SwitchMatrix) -> None:
        matrix.connect(["1A01"])
        matrix.connect(["2A06"])
        assert matrix.closed() == ("2A06",)

    def test_nothing_opens_all(self, matrix: SwitchMatrix) -> None:
        matrix.connect(["1A01"])
        matrix.connect([])
        assert matrix.closed() == ()

    def test_a_name_that_is_none_changes_nothing(self, matrix: SwitchMatrix) -> None:
        matrix.connect(["1A01"])
        with pytest.raises(InstrumentError, match="crosspoint"):
            matrix.connect(["1A02", "D03"])
        assert matrix.closed() == ("1A01",)


class TestSafety:
    def test_all_open_and_twice(self, matrix: SwitchMatrix) -> None:
        matrix.connect(["1A01"])
        for _ in range(2):
            assert json.loads(json.dumps(matrix.make_safe()))["closed"] == []
            assert matrix.closed() == ()


class TestIdentity:
    def test_it_says_what_it_is(self, matrix: SwitchMatrix) -> None:
        assert matrix.identify()

    def test_its_settings_can_be_stored(self, matrix: SwitchMatrix) -> None:
        matrix.connect(["1A01"])
        assert json.loads(json.dumps(matrix.settings()))["closed"] == ["1A01"]
