"""The relay odometer: every closure counts, and stays counted."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

import pytest

from labctl.config import RelayLife
from labctl.errors import BadInput, StorageError
from labctl.ledger.odometer import RelayOdometer, Wear, every_odometer, matrix_name

IDENTITY = "Keithley Instruments Inc., Model 707B, 04447336, 01.56a"


@pytest.fixture
def odometer(tmp_path: Path) -> RelayOdometer:
    return RelayOdometer(tmp_path, IDENTITY)


def test_nothing_closed_yet(odometer: RelayOdometer, tmp_path: Path) -> None:
    assert odometer.totals() == {}
    assert every_odometer(tmp_path) == {}


def test_closures_add_up_and_hot_ones_stand_apart(odometer: RelayOdometer) -> None:
    odometer.closed(["1A02", "2B12"])
    odometer.closed(["1A01"], hot=True)
    odometer.closed(["1A02"])
    assert odometer.totals() == {"1A01": Wear(1, 1), "1A02": Wear(2, 0), "2B12": Wear(1, 0)}
    assert list(odometer.totals()) == ["1A01", "1A02", "2B12"]


def test_the_count_goes_on_in_the_next_process(odometer: RelayOdometer, tmp_path: Path) -> None:
    odometer.closed(["1A01"])
    newer_firmware = IDENTITY.replace("01.56a", "01.60")
    later = RelayOdometer(tmp_path, newer_firmware)
    later.closed(["1A03", "1A01"])
    odometer.closed(["1A03"])
    assert odometer.totals() == {"1A01": Wear(2), "1A03": Wear(2)}


def test_every_matrix_has_its_own(odometer: RelayOdometer, tmp_path: Path) -> None:
    odometer.closed(["1A01"])
    other = RelayOdometer(tmp_path, "Keithley Instruments Inc., Model 707B, 5, 1")
    other.closed(["1A01"])
    other.closed(["1A01"])
    assert every_odometer(tmp_path) == {
        matrix_name(IDENTITY): {"1A01": Wear(1)},
        "Keithley Instruments Inc., Model 707B, 5": {"1A01": Wear(2)},
    }


def test_the_file_does_not_grow_and_each_line_is_json(
    odometer: RelayOdometer, tmp_path: Path
) -> None:
    odometer.closed(["1A01", "6H12"])
    (path,) = (tmp_path / "relays").iterdir()
    size = path.stat().st_size
    for _ in range(50):
        odometer.closed(["6H12"], hot=True)
    assert path.stat().st_size == size
    last = json.loads(path.read_text().splitlines()[-1])
    assert last == {"crosspoint": "6H12", "closures": 51, "hot": 50}


def test_half_a_line_of_a_process_that_died_is_written_over(
    odometer: RelayOdometer, tmp_path: Path
) -> None:
    odometer.closed(["1A01", "1A02"])
    (path,) = (tmp_path / "relays").iterdir()
    path.write_bytes(path.read_bytes()[:-30])
    assert odometer.totals() == {"1A01": Wear(1)}
    later = RelayOdometer(tmp_path, IDENTITY)
    later.closed(["1A03"])
    later.closed(["1A02"])
    assert later.totals() == {"1A01": Wear(1), "1A02": Wear(1), "1A03": Wear(1)}


def test_several_that_write_at_once_count_together(odometer: RelayOdometer, tmp_path: Path) -> None:
    def count(name: str) -> None:
        # Locks hold between open files: threads exclude each other as processes do.
        one = RelayOdometer(tmp_path, IDENTITY)
        for _ in range(200):
            one.closed(["1A01", name])

    threads = [threading.Thread(target=count, args=[name]) for name in ("1A02", "1A03")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert odometer.totals() == {"1A01": Wear(400), "1A02": Wear(200), "1A03": Wear(200)}


def test_a_warning_once_when_a_relay_nears_its_life(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rated = RelayLife(closures=10, hot=5)
    odometer = RelayOdometer(tmp_path, IDENTITY, rated)
    with caplog.at_level(logging.WARNING):
        for _ in range(8):
            odometer.closed(["1A01"])
        assert not caplog.records
        odometer.closed(["1A01", "1A02"])
        odometer.closed(["1A01"])
    assert len(caplog.records) == 1
    assert "1A01 has closed 9 times (0 under voltage)" in caplog.text
    assert "1A02" not in caplog.text
    RelayOdometer(tmp_path, IDENTITY, rated).closed(["1A01"])
    assert len(caplog.records) == 2


def test_closures_under_voltage_have_a_shorter_life(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    odometer = RelayOdometer(tmp_path, IDENTITY, RelayLife(closures=1000, hot=2))
    with caplog.at_level(logging.WARNING):
        odometer.closed(["1A01"], hot=True)
        assert not caplog.records
        odometer.closed(["1A01"], hot=True)
    assert "2 under voltage" in caplog.text
    assert Wear(10, 1).used(RelayLife(closures=100, hot=4)) == 0.25
    assert Wear(10, 1).used(RelayLife(closures=20, hot=4)) == 0.5


def test_a_name_that_does_not_fit_is_refused(odometer: RelayOdometer) -> None:
    with pytest.raises(BadInput, match="too long"):
        odometer.closed(["a crosspoint of another kind"])


def test_a_disk_that_does_not_take_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "relays").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        RelayOdometer(tmp_path, IDENTITY).closed(["1A01"])
