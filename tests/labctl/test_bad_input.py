"""Every mistake on the command line: exit code 2, one clear line or one object, nothing done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from labctl.cli.answer import ExitCode
from labctl.cli.main import main

BAD_INPUT = [
    (["rnu"], "did you mean 'run'"),
    ([], "COMMAND"),
    (["run"], "PROCEDURE"),
    (["--", "run"], "COMMAND"),
    (["run", "convolutoin"], "did you mean 'convolution'"),
    (["run", "convolution", "--set", "read_widht=1ms"], "did you mean 'read_width'"),
    (["run", "convolution", "--set", "read_width=3 V"], "'3 V' is not in s"),
    (["run", "convolution", "--set", "read_width=nan"], "'nan'"),
    (["run", "convolution", "--set", "read_width=5 s"], "1 s"),
    (["run", "convolution", "--set", "read_width=-1 ms"], "0.0002 to 1 s"),
    (["run", "convolution", "--set", "read_width=1e400"], "not a finite number"),
    (["run", "convolution", "--set", "read_width=1ms", "read_period=1ms"], "at 0 V"),
    (["run", "kernel_encoding", "--set", "tolerance=3 V"], "'3 V'"),
    (["run", "kernel_encoding", "--set", "kernel=1 2 3"], "nine integers"),
    (["run", "kernel_encoding", "--set", "=3"], "name=value"),
    (["run", "kernel_encoding", "--set"], "--set"),
    (["run", "convolution", "--set", "read_width="], "has no value"),
    (["run", "convolution", "--set", "read_width"], "name=value"),
    (["run", "convolution", "--set", "order=row-blocks", "order=pixel-major"], "given twice"),
    (["run", "convolution", "--set", "order=row-block"], "did you mean 'row-blocks'"),
    (["run", "convolution", "--set", "image=no-such.png"], "no-such.png"),
    (["run", "convolution", "--set", "image=pyproject.toml"], "not a picture"),
    (["run", "kernel_encoding", "--set", "kernel=9 9 9 9 9 9 9 9 9"], "7e-05 S"),
    (["run", "convolution", "--device", "D01,,D02"], "empty name"),
    (["run", "convolution", "--device", "D01,D02"], "18"),
    (["run", "convolution", "--device", "D99"], "D99"),
    (["run", "convolution", "--device", "D01,D01"], "named twice"),
    (["run", "convolution", "--seed", "-1"], "whole number"),
    (["run", "convolution", "--seed", "1.5"], "whole number"),
    (["run", "convolution", "--seed", "abc"], "whole number"),
    (["run", "convolution", "--seed", "9" * 30], "whole number"),
    (["run", "convolution", "--station", "probe_station", "--seed", "1"], "is real"),
    (["run", "convolution", "--station", "probe_station", "--fresh"], "is real"),
    (["run", "convolution", "--station", "docs"], "no station 'docs'"),
    (["run", "convolution", "--station", "procedures/images/test_picture.png"], "UTF-8"),
    (["run", "convolution", "--out", ""], "empty"),
    (["run", "convolution", "--seed", "1", "--fresh"], "not allowed with"),
    (["run", "convolution", "--sed", "1"], "--sed"),
    (["run", "convolution", "--station", "simulatd"], "did you mean 'simulated'"),
    (["run", "convolution", "--out", "pyproject.toml/runs"], "pyproject.toml"),
    (["plan", "convolution", "--device", "D99"], "D99"),
    (["plan", "convolution", "--device", "D01"], "18"),
    (["station", "show", "simulatd"], "did you mean 'simulated'"),
    (["procedures", "show", "convolutoin"], "did you mean 'convolution'"),
    (["demo", "--array", "ITN"], "did you mean 'ITM'"),
    (["demo", "--image", "no-such.png"], "no-such.png"),
    (["demo", "--kernel", "9 9 9 9 9 9 9 9 9"], "7e-05 S"),
    (["demo", "--seed", "x"], "whole number"),
    (["demo", "--out", "pyproject.toml"], "pyproject.toml"),
    (["station", "bogus"], "'bogus'"),
]

BAD_INPUT_NAMES = [" ".join(words) or "nothing" for words, _ in BAD_INPUT]


@pytest.fixture
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])


@pytest.mark.usefixtures("in_repository")
@pytest.mark.parametrize(("words", "part"), BAD_INPUT, ids=BAD_INPUT_NAMES)
def test_bad_input_is_refused_with_one_line(
    words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert part in shown.err
    assert "Traceback" not in shown.err
    assert len(shown.err.splitlines()) == 1


@pytest.mark.usefixtures("in_repository")
@pytest.mark.parametrize(("words", "part"), BAD_INPUT, ids=BAD_INPUT_NAMES)
def test_bad_input_with_json_is_one_object(
    words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--json"]) == ExitCode.BAD_INPUT
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["error"]
    assert part in shown["error"]


@pytest.mark.parametrize(
    ("size", "words"),
    [((1, 1), "at least 32x32"), ((8000, 7000), "at most 50,000,000"), (None, "cannot be read")],
    ids=["one pixel", "huge", "cut off"],
)
def test_pictures_that_cannot_be_used(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    size: tuple[int, int] | None,
    words: str,
) -> None:
    path = tmp_path / "picture.png"
    Image.new("L", size or (64, 64)).save(path)
    if size is None:
        path.write_bytes(path.read_bytes()[:-30])
    arguments = ["run", "convolution", "--set", f"image={path}", "--out", str(tmp_path / "runs")]
    assert main(arguments) == ExitCode.BAD_INPUT
    shown = capsys.readouterr().err
    assert words in shown
    assert len(shown.splitlines()) == 1
    assert not (tmp_path / "runs").exists()
