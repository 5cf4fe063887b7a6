"""Campaign files: what they become, and where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from labctl import Campaign, Step
from labctl.campaigns.campaign_file import read_definition
from labctl.campaigns.steps import OnFailure, Order
from labctl.errors import BadInput, ConfigError
from labctl.runs.resume import OnUncertain

GOOD = """\
schema = 1
name = "yield"
description = "which devices are good"
station = "simulated"
out = "here"
seed = 7
order = "by_device"
on_failure = "skip"
on_uncertain = "stop"

[limits]
voltage_max = "0.3 V"

[stage]
rate = "10 K/min"

[[step]]
name = "read"
procedure = "array_read"

[[step]]
name = "loops"
procedure = "iv_loop"
devices = ["D01-D03", "D07"]
temperatures = ["300 K", "26.85 degC"]
repeats = 2
requires = "read.devices.verdict == good"
[step.parameters]
peaks = "-0.2 V, 0.2 V"
[step.product]
dwell = ["20 ms", 0.01]
[step.zip]
step = ["5 mV", "10 mV"]
cycles = [1, 2]
"""


def file(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in GOOD
    path = folder / "yield.toml"
    path.write_text(GOOD.replace(old, new) if old else GOOD, encoding="utf-8")
    return path


def test_a_file_becomes_a_definition(tmp_path: Path) -> None:
    read = read_definition(file(tmp_path))
    assert (read.name, read.station, read.seed) == ("yield", "simulated", 7)
    assert read.out == tmp_path / "here"
    assert (read.order, read.on_failure) == (Order.BY_DEVICE, OnFailure.SKIP)
    assert read.on_uncertain is OnUncertain.STOP
    assert read.operator.values == {"voltage_max": 0.3}
    assert read.stage.rate_k_per_min == 10.0
    first, second = read.steps
    assert first == Step("read", "array_read")
    assert second.devices == ("D01-D03", "D07")
    assert second.zip == {"step": ["5 mV", "10 mV"], "cycles": [1, 2]}
    assert second.conditions == {"requires": "read.devices.verdict == good"}
    assert not second.together
    assert second.repeats == 2


def test_a_file_and_a_script_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text(
        'schema = 1\nname = "short"\nstation = "simulated"\n'
        '[[step]]\nname = "read"\nprocedure = "array_read"\n',
        encoding="utf-8",
    )
    scripted = Campaign(name="short", steps=(Step("read", "array_read"),))
    assert Campaign.load(path) == scripted


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("seed = 7", "seeds = 7", 6, "seeds: unknown key; did you mean 'seed'?"),
        ("schema = 1", "schema = 2", 1, "this version reads schema 1"),
        ('"by_device"', '"by_devices"', 7, "did you mean 'by_device'?"),
        ('"skip"', '"ignore"', 8, "'ignore' is not known"),
        ("voltage_max", "voltage_maximum", 12, "did you mean 'voltage_max'?"),
        ('"0.3 V"', '"0.3"', 12, "has no unit"),
        ('"10 K/min"', '"0 K/min"', 15, "must be above 0 K/min"),
        ('name = "loops"', 'name = "read"', 22, "another step is called 'read'"),
        ('name = "loops"', 'name = "the loops"', 22, "'the loops' is no name"),
        ("repeats = 2", "repeats = 0", 26, "must be 1 or more"),
        ("repeats = 2", "repeat = 2", 26, "did you mean 'repeats'?"),
        ('dwell = ["20 ms", 0.01]', "dwell = 3", 31, "must be a list of values"),
        ('"300 K", ', "300, ", 25, "must be a list of strings"),
        ("[[step]]", "[step]", 17, "is not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read_definition(file(tmp_path, old, new))
    assert said in str(refused.value)
    if "is not TOML" not in said:
        assert f"yield.toml, line {line}:" in str(refused.value)


@pytest.mark.parametrize("name", ["", "../elsewhere", "two words", "1st"])
def test_a_script_cannot_name_a_campaign_what_is_no_name(name: str) -> None:
    with pytest.raises(BadInput, match="is no name"):
        Campaign(name=name)
    with pytest.raises(BadInput, match="two steps"):
        Campaign(name="twice", steps=(Step("a", "sddp"), Step("a", "sddp")))
