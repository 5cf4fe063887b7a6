"""One lock for one instrument, by whatever name; the second one is told who holds it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from labctl.bench.instrument_locks import instrument_lock_paths, instrument_name, instruments_held
from labctl.bench.station import open_station, read_station
from labctl.errors import Busy
from labctl.locks import hold, holder
from tests.labctl.station_files import PROBE, station_file


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """The real station's file, whose addresses the simulation answers as well."""
    return station_file(tmp_path, ('library = ""', 'library = "@ag2s"'), text=PROBE)


@pytest.mark.parametrize(
    "aliases",
    [
        ("GPIB0::26::INSTR", "gpib::26", "GPIB::26::INSTR"),
        (
            "TCPIP0::192.168.0.26::inst0::INSTR",
            "TCPIP::192.168.0.26",
            "tcpip1::192.168.0.26::hislip0",
            "TCPIP0::192.168.0.26::5025::SOCKET",
        ),
        ("TCPIP::127.0.0.1::9001::SOCKET", "TCPIP0::localhost::9001::SOCKET"),
        ("USB0::0x05E6::0x2636::4012345::INSTR", "USB::1510::9782::4012345"),
        ("ASRL3::INSTR", "asrl3"),
        ("my_source", "My_Source"),
    ],
)
def test_aliases_of_one_instrument(aliases: tuple[str, ...]) -> None:
    assert len({instrument_name(alias) for alias in aliases}) == 1


def test_instruments_that_are_not_the_same() -> None:
    others = [
        "GPIB0::26::INSTR", "GPIB1::26::INSTR", "GPIB0::16::INSTR", "GPIB0::26::1::INSTR",
        "TCPIP::192.168.0.26", "TCPIP::192.168.0.27", "TCPIP::192.168.0.26::9001::SOCKET",
        "TCPIP::192.168.0.26::9002::SOCKET", "TCPIP::192.168.0.26::gpib0,26::INSTR",
        "TCPIP::192.168.0.26::gpib0,16::INSTR", "USB0::0x05E6::0x2636::1::INSTR",
        "USB0::0x05E6::0x2636::2::INSTR", "ASRL3::INSTR", "ASRL4::INSTR", "my_source",
    ]  # fmt: skip
    assert len({instrument_name(one) for one in others}) == len(others)


@pytest.mark.skipif(os.name == "nt", reason="Windows names its serial ports by number")
def test_a_serial_port_and_a_link_to_it(tmp_path: Path) -> None:
    port, link = tmp_path / "ttyUSB0", tmp_path / "by-id"
    port.touch()
    link.symlink_to(port)
    assert instrument_name(f"ASRL{port}::INSTR") == instrument_name(f"ASRL{link}::INSTR")


def test_a_name_that_is_not_known_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> str:
        raise socket.gaierror(name)

    monkeypatch.setattr(socket, "gethostbyname", unknown)
    assert instrument_name("TCPIP::Source.Lab") == instrument_name("TCPIP::source.lab")


def test_file_names_can_be_made_anywhere(tmp_path: Path) -> None:
    for resource in ("TCPIP::10.0.0.1::gpib0,26::INSTR", "ASRL/dev/ttyUSB0::INSTR", "a/b:c"):
        (tmp_path / instrument_name(resource)).touch()


def test_every_instrument_has_a_lock_of_its_own(
    probe: Path, tmp_path: Path, locks_of_its_own: Path
) -> None:
    paths = instrument_lock_paths(read_station(probe), tmp_path)
    assert set(paths.values()) == {
        "smu at GPIB0::26::INSTR",
        "matrix at GPIB0::16::INSTR",
        "temperature at GPIB0::12::INSTR",
    }
    assert list(paths) == sorted(paths)
    assert {path.parent for path in paths} == {locks_of_its_own}


def test_a_simulated_bench_is_locked_beside_its_runs(tmp_path: Path) -> None:
    (path,) = instrument_lock_paths(read_station("simulated"), tmp_path)
    assert path.parent == tmp_path
    with open_station(out=tmp_path), open_station("simulated_ten", out=tmp_path):
        assert holder(path) is not None
        with open_station(out=tmp_path / "elsewhere"):
            pass


def test_a_station_that_is_open_cannot_be_opened_again(tmp_path: Path) -> None:
    with open_station(out=tmp_path):
        with pytest.raises(Busy, match=str(os.getpid())) as refused, open_station(out=tmp_path):
            pass
        assert refused.value.holder["station"] == "simulated"
    with open_station(out=tmp_path):
        pass


def test_another_station_with_the_same_source_is_refused(probe: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = station_file(
        tmp_path / "other",
        ('library = ""', 'library = "@ag2s"'),
        ('"GPIB0::16::INSTR"', '"GPIB0::17::INSTR"'),
        ('"GPIB0::12::INSTR"', '"GPIB0::13::INSTR"'),
        ('name = "probe_station"', 'name = "other"'),
        text=PROBE,
    )
    with (
        open_station(probe, out=tmp_path),
        pytest.raises(Busy, match="probe_station") as refused,
        open_station(other, out=tmp_path),
    ):
        pass
    assert "GPIB0::26::INSTR" in str(refused.value)


def test_one_that_is_refused_holds_nothing(probe: Path, tmp_path: Path) -> None:
    config = read_station(probe)
    *others, last = instrument_lock_paths(config, tmp_path)
    with hold(last, {"what": "the last of them"}):
        with pytest.raises(Busy, match="the last of them"), instruments_held(config, tmp_path):
            pass
        assert [holder(path) for path in others] == [None] * len(others)


def test_a_guardian_is_waited_for_nobody_else(probe: Path, tmp_path: Path) -> None:
    config = read_station(probe)
    first, *_ = instrument_lock_paths(config, tmp_path)
    with (
        hold(first, {"what": "the source", "guardian": True}),
        pytest.raises(Busy, match="the source"),
        instruments_held(config, tmp_path, patience_s=0.0),
    ):
        pass
