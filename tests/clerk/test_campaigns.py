"""What the window learns about a campaign: from its file, from its journal, and by asking it."""

from __future__ import annotations

from pathlib import Path

import pytest

from labctl import Campaign
from labctl.clerk.campaigns import campaign_ask, campaign_check, campaign_state
from labctl.errors import BadInput

GOOD = """
schema = 1
name = "two"
station = "simulated"
seed = 1

[[step]]
name = "read"
procedure = "array_read"
devices = ["D01"]

[[step]]
name = "loops"
procedure = "iv_loop"
devices = ["D01", "D02"]
requires = "read.devices.verdict == no_such_verdict"
[step.parameters]
peaks = "-0.2 V, 0.2 V"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_file_is_checked_item_by_item(file: Path, tmp_path: Path) -> None:
    check = campaign_check({"file": str(file), "runs": str(tmp_path / "runs")})
    assert (check["name"], check["station"], check["problems"]) == ("two", "simulated", [])
    assert [(item["procedure"], item["devices"]) for item in check["items"]] == [
        ("array_read", ["D01"]),
        ("iv_loop", ["D01"]),
        ("iv_loop", ["D02"]),
    ]
    assert ["Items", "3"] in check["costs"]
    assert not (tmp_path / "runs").exists(), "nothing is touched"


def test_all_that_is_wrong_is_told_with_its_line(file: Path, tmp_path: Path) -> None:
    text = GOOD.replace('"-0.2 V, 0.2 V"', '"-0.2 V, 9 V"').replace('["D01"]', '["D99"]')
    file.write_text(text, encoding="utf-8")
    problems = campaign_check({"file": str(file), "runs": str(tmp_path)})["problems"]
    assert len(problems) >= 2
    assert all("two.toml" in problem["place"] for problem in problems)
    assert any("D99" in problem["message"] for problem in problems)
    assert any("9 V" in problem["message"] for problem in problems)


def test_a_file_that_is_no_campaign_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("schema = 1\nnme = 'x'\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.toml.*nme"):
        campaign_check({"file": str(path), "runs": str(tmp_path)})


def test_how_far_it_is(file: Path, tmp_path: Path) -> None:
    request = {"name": "two", "runs": str(tmp_path / "runs")}
    assert campaign_state(request)["begun"] is False
    Campaign.load(file).run(out=tmp_path / "runs")
    state = campaign_state(request)
    assert (state["status"], state["pid"], state["resumable"]) == ("finished", None, False)
    assert (state["done"], state["all"]) == (3, 3)
    statuses = {item["key"]: item["status"] for item in state["items"]}
    assert statuses == {"read/D01": "finished", "loops/D01": "skipped", "loops/D02": "skipped"}
    assert Path(state["items"][0]["folder"]).is_dir()
    with pytest.raises(BadInput, match="not running"):
        campaign_ask(request | {"ask": "pause"})
