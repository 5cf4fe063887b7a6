"""Reports: what they show, that they stand alone, and that no text in them becomes markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labctl.quantities import duration, with_uncertainty, with_unit
from labctl.report.appearance import new_figure
from labctl.report.convolution_section import device_reads
from labctl.report.encoding_section import set_pulses
from labctl.report.page import Notice, Page, Picture, Section, Table, Text, to_html
from labctl.report.record_sections import notices, record_sections, safe_state_section
from labctl.report.results_table import result_rows, result_tables, value_text
from labctl.report.run_report import report_page, write_report
from procedures.analysis.block_drift import block_ratios
from procedures.base import LabProcedure
from procedures.convolution import Convolution
from procedures.findings import Finding
from procedures.kernel_encoding import KernelEncoding
from procedures.registry import NAMES, load
from tests.labctl.pictures import size_of
from tests.labctl.synthetic_runs import (
    DEVICES,
    OFFSET_A,
    convolution_frame,
    encoding_frame,
    held_conductances,
    save_run,
)

KERNEL = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])


class _Outline(HTMLParser):
    """Tags in their order, attributes that load something, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def picture(width: float = 3.0) -> Picture:
    return Picture.drawn("empty", new_figure(width, 1.0), "nothing")


def page(*sections: Section) -> Page:
    return Page(title="t", subtitle="s", notices=[], sections=sections)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"><img src=x>'])
def test_no_text_becomes_markup(text: str) -> None:
    table = Table(head=(text,), rows=[(text,)], caption=text)
    shown = replace(picture(), caption=text)
    sections = [Section(text, [table, Text(text), Notice(text), shown])]
    outline = _Outline(
        to_html(Page(title=text, subtitle=text, notices=[Notice(text, "bad")], sections=sections))
    )
    assert "script" not in outline.tags
    assert outline.tags.count("img") == 1
    places = "title, h1, subtitle, notice, h2, caption, th, td, text, notice, figcaption"
    assert outline.text.count(text) == len(places.split(", "))


def test_a_page_loads_nothing_from_elsewhere() -> None:
    html = to_html(page(Section("s", [picture()])))
    (source,) = _Outline(html).sources
    assert source.startswith("data:image/png;base64,")
    assert "@import" not in html
    assert "url(" not in html


def test_pictures_are_shown_at_their_size_on_paper() -> None:
    assert 'style="width: 288px"' in to_html(page(Section("s", [picture(width=3.0)])))


def test_numbers_stand_right_aligned_below_their_heading() -> None:
    table = Table(head=("name", "value"), rows=[("x", "1")], numeric=(False, True))
    html = to_html(page(Section("s", [table])))
    assert "<th>name</th><th class=number>value</th>" in html
    assert "<td>x</td><td class=number>1</td>" in html


@pytest.mark.parametrize(
    ("procedure", "frame", "pictures"),
    [
        (KernelEncoding(), encoding_frame, {"encoded-conductances-ITM", "encoding-pulse-power-ITM",
         "encoding-against-target-ITM", "encoding-energy-ITM",
         "recorded-readings"}),
        (Convolution(), convolution_frame, {"convolution-pictures-ITM", "convolution-error-ITM",
         "convolution-measured-against-software-ITM", "convolution-drift-ITM",
         "recorded-readings"}),
    ],
    ids=["kernel_encoding", "convolution"],
)  # fmt: skip
def test_report_of_a_finished_run(
    tmp_path: Path, procedure: LabProcedure, frame: Any, pictures: set[str]
) -> None:
    run = save_run(tmp_path / "run", procedure, frame())
    path = write_report(run)
    assert path == tmp_path / "run" / "report.html"
    files = list((tmp_path / "run" / "figures").iterdir())
    names = {f"{name}.{ending}" for name in pictures for ending in ("png", "svg")}
    assert {file.name for file in files} == names
    for file in files:
        if file.suffix == ".png":
            assert min(size_of(file.read_bytes())) > 100
        else:
            assert file.read_text(encoding="utf-8").rstrip().endswith("</svg>")
    outline = _Outline(path.read_text(encoding="utf-8"))
    assert outline.tags.count("img") == len(pictures)
    for text in (f"{procedure.name}: finished", "Simulated bench", "Safe state: verified", "seed"):
        assert text in outline.text


@pytest.mark.parametrize(
    ("procedure", "frame", "parts"),
    [
        (KernelEncoding(), encoding_frame, ("their weight times 10 µS", "and 2 % is the dev")),
        (
            Convolution(), convolution_frame,
            ("0 -1 0 | -1 5 -1 | 0 -1 0", "g × 100 µV", "in units of 10 µS × 100 µV"),
        ),
    ],
    ids=["kernel_encoding", "convolution"],
)  # fmt: skip
def test_a_report_says_what_was_measured(
    tmp_path: Path, procedure: LabProcedure, frame: Any, parts: tuple[str, ...]
) -> None:
    section = report_page(save_run(tmp_path / "run", procedure, frame())).sections[0]
    words = " ".join(block.text for block in section.blocks if isinstance(block, Text))
    assert [part for part in parts if part not in words] == []


def test_context_brings_the_encoding_and_the_energies_side_by_side(tmp_path: Path) -> None:
    encoding = save_run(tmp_path / "a", KernelEncoding(), encoding_frame())
    convolution = save_run(tmp_path / "b", Convolution(), convolution_frame())
    shown = report_page(convolution, context=[encoding])
    titles = [section.title for section in shown.sections]
    assert titles[:3] == ["Convolution, ITM", "Energy", "Kernel encoding, ITM"]


@pytest.mark.parametrize("status", ["failed", "aborted"])
def test_report_of_a_run_that_did_not_finish(tmp_path: Path, status: str) -> None:
    half = convolution_frame().iloc[:5000]
    changes = {"status": status, "reason": "D07 <open> & silent", "safe_state": None}
    run = save_run(tmp_path / "run", Convolution(), half, **changes)
    text = write_report(run).read_text(encoding="utf-8")
    assert f"convolution: {status}. D07 &lt;open&gt; &amp; silent" in text
    assert "not recorded" in text
    assert "5,000 readings" in text
    assert "Measured result" not in text


def test_report_of_a_run_without_rows(tmp_path: Path) -> None:
    run = save_run(
        tmp_path / "run", Convolution(), convolution_frame().iloc[:0], status="failed", reason="x"
    )
    assert "Nothing was recorded" in write_report(run).read_text(encoding="utf-8")


def record(**changes: Any) -> Mapping[str, Any]:
    return {
        "procedure": "p", "status": "finished", "reason": "",
        "station": {"name": "probe", "simulated": False},
        "safe_state": {"verified": True, "failures": []},
    } | changes  # fmt: skip


def test_notices_warn_of_an_unsafe_end() -> None:
    unsafe = {"verified": False, "failures": ["matrix: no answer"]}
    bench, status, safe = notices(record(status="failed", reason="why", safe_state=unsafe))
    assert (status.text, status.tone) == ("p: failed. why", "bad")
    assert safe.tone == "bad"
    assert "matrix: no answer" in safe.text
    assert "real instruments" in bench.text
    assert [notice.tone for notice in notices(record())] == ["", "good", "good"]
    assert "finished, resumed 2 times" in notices(record(resumptions=[{}, {}]))[1].text


def test_everything_in_the_record_is_shown() -> None:
    limit = {"value": -0.6, "unit": "V", "set_by": "station 'x'", "allowed": False}
    given = record(
        seed=7, sample={"id": "dot18"}, settings={"at_start": {"smu": {"nplc": 1}}},
        parameters={"width": 1e-3, "levels": [0.1, 0.2], "kernel": "soften"},
        parameter_units={"width": "s", "levels": "V"}, limits={"voltage_min": limit},
        findings={"x": {"unit": "S", "meaning": "of x"}},
        resumptions=[{"state": {"conductance_siemens": 1e-6}}, {"was": "aborted"}],
    )  # fmt: skip
    sections = {section.title: section.blocks for section in record_sections(given)}
    rows = {title: blocks[0].rows for title, blocks in sections.items()}  # type: ignore[union-attr]
    assert ("seed", "7") in rows["Run"]
    assert rows["Sample"] == [("id", "dot18")]
    assert rows["Settings"] == [("at_start: smu: nplc", "1")]
    assert rows["Limits"] == [("voltage_min", "-600 mV (itself not allowed), set by station 'x'")]
    assert ("resumptions 1: state: conductance_siemens", "1 µS") in rows["Run"]
    assert ("resumptions 2: was", "aborted") in rows["Run"]
    assert rows["Parameters"] == [
        ("width", "1 ms"), ("levels", "100 mV, 200 mV"), ("kernel", "soften")
    ]  # fmt: skip
    assert not {"Findings", "Parameter units"} & rows.keys()


def test_what_was_read_back_has_units() -> None:
    evidence = {
        "verified": True,
        "failures": [],
        "smu": {"level_v": 0.0, "output": "off"},
        "temperature": {"setpoint_k": 300.0, "ramp_k_per_min": 5.0},
    }
    (table,) = safe_state_section(record(safe_state=evidence)).blocks
    assert isinstance(table, Table)
    assert table.rows == [
        ("verified", "yes"), ("failures", "none"), ("smu: level_v", "0 V"),
        ("smu: output", "off"), ("temperature: setpoint_k", "300 K"),
        ("temperature: ramp_k_per_min", "5 K/min"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("procedure", "frame"),
    [(KernelEncoding(), encoding_frame), (Convolution(), convolution_frame)],
    ids=["kernel_encoding", "convolution"],
)
def test_every_result_has_a_meaning(procedure: LabProcedure, frame: Any) -> None:
    results = procedure.analyse(frame())
    single = {name for name, value in results.items() if not isinstance(value, list)}
    assert single == {name for name in procedure.findings if "." not in name}
    assert all(meaning for _, _, meaning in result_rows(results, procedure.findings))


def test_retries_stand_apart() -> None:
    kept, retried = set_pulses(encoding_frame())
    assert list(kept) == ["D04", "D08", "D09", "D12", "D16"]
    assert list(retried) == ["D04"]
    for pulses in (*kept.values(), *retried.values()):
        assert pulses.width_s == pytest.approx([4e-4, 4e-4])
    held_s = dict(zip(DEVICES, held_conductances(), strict=True))
    assert kept["D09"].power_w == pytest.approx(0.2**2 * held_s["D09"] * np.array([0.5, 1.0]))


def test_what_each_device_read() -> None:
    frame = convolution_frame().copy()
    pulses = frame["Phase"] == "pulse"
    last = frame.index[pulses & (frame["Device"] == "D04")][-90:]
    frame.loc[last, "Current (A)"] -= 0.02 * held_conductances()[3] * frame["Set voltage (V)"][last]
    reads = device_reads(frame)
    assert list(reads) == DEVICES
    for device, conductance_s in zip(DEVICES, held_conductances(), strict=True):
        read = reads[device]
        assert read.pulses == 900
        assert read.offset_a == pytest.approx(OFFSET_A, rel=1e-6)
        if device != "D04":
            assert read.conductance_s == pytest.approx(conductance_s, rel=1e-9)
            assert read.drift == pytest.approx(0.0, abs=1e-9)
    assert reads["D04"].drift == pytest.approx(-0.02, abs=2e-3)


def test_brightness_is_no_drift() -> None:
    row_v = np.linspace(1e-3, 25.5e-3, 30)
    set_v = np.concatenate([brightness * row_v for brightness in np.linspace(1.0, 0.4, 30)])
    curved_a = 1e-5 * set_v * (1 + 0.2 * (set_v / 25.5e-3) ** 2)
    assert block_ratios(set_v, curved_a) == pytest.approx(np.ones(10), rel=1e-9)
    drifting = curved_a * np.linspace(1.0, 0.98, 900)
    first, *_, last = block_ratios(set_v, drifting)
    assert -0.03 < last / first - 1 < -0.01
    assert np.isnan(block_ratios(np.zeros(900), curved_a)).all()


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1.2e-5, "S", "12 µS"), (-0.2, "V", "-200 mV"), (0.99999, "A", "1 A"), (0.0, "V", "0 V"),
        (9.95e-10, "J", "995 pJ"), (1e-21, "J", "0.001 aJ"), (float("nan"), "S", "nan S"),
        (29.4372, "dB", "29.44 dB"), (16200.0, "", "16,200"), (0.98, "", "0.98"),
        (999.96e-9, "A", "1 µA"), (16200.0, "s", "16,200 s"), (9999.96, "", "10,000"),
        (7.1e-5, "S/s", "71 µS/s"), (3.2e4, "ohm", "32 kΩ"), (1e22, "", "1e+22"),
    ],
)  # fmt: skip
def test_values_get_prefixes(value: float, unit: str, shown: str) -> None:
    assert with_unit(value, unit).strip() == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.85, "850 ms"), (42.0, "42 s"), (200.0, "3 min 20 s"), (7500.0, "2 h 05 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("value", "half_width", "unit", "shown"),
    [
        (1.23456e-5, 4.5e-7, "S", "(12.35 ± 0.45) µS"), (99.9, 12.0, "%", "(100 ± 12) %"),
        (3e-9, 1e-8, "", "(0.3 ± 1.0) × 10^-8"),
        (-0.0123, 3.4e-4, "1/K", "(-0.01230 ± 0.00034) 1/K"),
        (7.1e-5, 9.96e-7, "S/s", "(71.0 ± 1.0) µS/s"), (1.2, 0.0, "K", "1.2 K"),
        (0.0, 0.0, "S", "0 S"), (5.0, float("nan"), "V", "5 V"), (5.0, float("inf"), "V", "5 V"),
        (87.53, 1.24, "", "87.5 ± 1.2"),
    ],
)  # fmt: skip
def test_an_uncertainty_says_how_many_digits_count(
    value: float, half_width: float, unit: str, shown: str
) -> None:
    assert with_uncertainty(value, half_width, unit) == shown


FINDINGS = {
    "g_s": Finding("S", "at 5 mV"), "drift": Finding("%", "in an hour"),
    "fits": Finding("", "which fit"), "devices.g_s": Finding("S", "of each"),
}  # fmt: skip
RESULTS = {
    "g_s": 1.23456e-5, "g_s_u95": 4.5e-7, "drift": -0.012, "drift_u95": None, "lone_u95": 2.0,
    "fits": ["a", "b"], "empty": [],
    "devices": [{"device": "D01", "g_s": 1e-6, "g_s_u95": 2e-8}, {"device": "D02", "g_s": None}],
}  # fmt: skip


def test_an_uncertainty_stands_behind_its_value() -> None:
    assert result_rows(RESULTS, FINDINGS) == [
        ("g_s", "(12.35 ± 0.45) µS", "at 5 mV"), ("drift", "-1.2 %", "in an hour"),
        ("lone_u95", "2", ""), ("fits", "a, b", "which fit"), ("empty", "none", ""),
    ]  # fmt: skip


def test_a_list_of_mappings_becomes_a_table() -> None:
    (table,) = result_tables(RESULTS, FINDINGS)
    assert (table.head, table.numeric) == (["device", "g_s"], [False, True])
    assert table.rows == [["D01", "(1.000 ± 0.020) µS"], ["D02", "–"]]
    assert table.caption == "devices (g_s: of each)"
    (long,) = result_tables({"cycles": [{"cycle": k} for k in range(300)]}, {})
    assert len(long.rows) == 200
    assert "the first 200 of 300 rows" in long.caption


@pytest.mark.parametrize("name", NAMES)
def test_every_procedure_says_what_it_finds(name: str) -> None:
    findings = load(name).findings
    assert findings
    for result, finding in findings.items():
        assert finding.meaning, result
        assert value_text(1.0, finding.unit), result


def test_a_sentence_among_numbers_is_broken_into_lines() -> None:
    table = Table(head=("value",), rows=[("12 µS",), ("word " * 20,)], numeric=(True,))
    html = to_html(page(Section("s", [table])))
    assert "<td class=number>12 µS</td>" in html
    assert f"<td>{'word ' * 20}</td>" in html


def test_a_long_table_scrolls_in_its_frame() -> None:
    rows = [(str(k),) for k in range(41)]
    for count, kind in ((40, '"scroll"'), (41, '"scroll long"')):
        html = to_html(page(Section("s", [Table(head=("n",), rows=rows[:count])])))
        assert f"<div class={kind}>" in html
