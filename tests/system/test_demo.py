"""The main job on the command line: the figures of the paper, from what was recorded."""

from pathlib import Path

import pytest

from tests.system.conftest import Labctl


def test_the_demo_shows_the_picture_and_its_report(labctl: Labctl, tmp_path: Path) -> None:
    done = labctl("demo", "--json")
    assert done.code == 0, done.err
    shown = done.shown
    assert shown["status"] == "finished"
    results, bench = shown["results"], shown["bench"]
    assert results["pulses"] == 16_200
    assert results["psnr_db"] > 27
    assert results["correlation"] > 0.99
    assert bench["read"]["pulses_seen"] == 16_200
    assert bench["read"]["closures"] == 18
    assert bench["read"]["visa_transactions"] <= 250
    assert bench["hot_switches"] == 0
    page = tmp_path / shown["run_folder"] / "report.html"
    text = page.read_text(encoding="utf-8")
    assert "data:image/png;base64," in text
    assert "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("array", ["ITM", "FTM"])
def test_softening_is_closer_to_software_than_sharpening(labctl: Labctl, array: str) -> None:
    encode = labctl(
        "run", "kernel_encoding", "--set", "kernel=soften", "--set", f"array={array}", "--json"
    )
    assert encode.code == 0, encode.err
    assert encode.shown["results"]["within_tolerance"]
    read = labctl("run", "convolution", "--set", "kernel=soften", "--json")
    assert read.code == 0, read.err
    assert read.shown["results"]["array"] == array
    assert read.shown["results"]["psnr_db"] > 40
    assert read.shown["bench"]["hot_switches"] == 0


def test_the_next_command_meets_the_array_the_last_one_left(labctl: Labctl) -> None:
    refused = labctl("run", "convolution", "--json")
    assert refused.code == 1
    assert "kernel_encoding" in refused.shown["reason"]
    assert labctl("run", "kernel_encoding", "--json").code == 0
    assert labctl("run", "convolution", "--json").code == 0
    assert labctl("run", "convolution", "--fresh", "--json").code == 1


def test_the_other_orders_read_the_same_picture(labctl: Labctl) -> None:
    assert labctl("run", "kernel_encoding").code == 0
    rows = labctl("run", "convolution", "--set", "order=row-blocks", "--json").shown
    assert rows["results"]["psnr_db"] > 27
    assert rows["bench"]["read"]["closures"] == 18 * 30
    pixels = labctl("run", "convolution", "--set", "order=pixel-major", "--json").shown
    assert pixels["results"]["psnr_db"] > 27
    assert pixels["bench"]["read"]["closures"] == 16_200
    assert pixels["bench"]["read"]["pulses_seen"] == 16_200
    assert pixels["bench"]["hot_switches"] == 0
