"""The picture that comes out is the one the currents make, and nothing else."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from procedures.analysis.convolution import convolution_results, decode, input_gray
from procedures.columns import CURRENT, PHASE
from procedures.convolution import Convolution
from procedures.errors import MeasurementStopped, ParameterError
from procedures.techniques.kernels import kernel_weights, pair_weights
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, run

DEVICES = [f"D{number:02d}" for number in range(1, 19)]


def encoded_bench(kernel: str = "sharpen", unit_s: float = 1e-5, **options: float) -> FakeBench:
    weights = pair_weights(kernel_weights(kernel))
    fakes = {
        name: FakeDevice(0.0, conductance_s=weight * unit_s or 1e-8)
        for name, weight in zip(DEVICES, weights, strict=True)
    }
    return FakeBench(fakes, **options)


@pytest.fixture
def picture(tmp_path: Path) -> str:
    y, x = np.mgrid[:32, :32]
    gray = (127.5 + 60 * np.sin(x / 4) + 67 * np.cos(y / 5)).astype(np.uint8)
    Image.fromarray(gray).save(tmp_path / "picture.png")
    return str(tmp_path / "picture.png")


@pytest.mark.parametrize("order", ["device-major", "row-blocks"])
@pytest.mark.parametrize("unit_s", [1e-5, 1e-3])
def test_the_picture_comes_out_beside_its_software_reference(
    picture: str, order: str, unit_s: float
) -> None:
    results = run(Convolution(image=picture, order=order), encoded_bench(unit_s=unit_s))
    assert results["pulses"] == 16_200
    assert results["unit_s"] == unit_s
    assert results["psnr_db"] > 27
    assert results["correlation"] > 0.98


def test_a_black_picture_is_16200_pulses_of_zero_volts(tmp_path: Path) -> None:
    path = tmp_path / "black.png"
    Image.new("L", (32, 32)).save(path)
    results = run(Convolution(image=str(path)), encoded_bench())
    assert results["pulses"] == 16_200
    assert results["correlation"] is None
    assert results["drift"] is None
    assert results["read_deviation"] is None


def test_pixel_major_applies_one_pulse_at_a_time_in_turn(picture: str) -> None:
    procedure = Convolution(image=picture, order="pixel-major")
    procedure.check()
    planned = [p.application for p in procedure.plan(DEVICES, CAPABILITIES)][18:]
    assert len(planned) == 16_200
    assert [a.device for a in planned[:36]] == DEVICES * 2
    assert all(a.waveform.recorded_points == 2 for a in planned)


def test_only_reads_are_applied(picture: str) -> None:
    there = encoded_bench()
    run(Convolution(image=picture), there)
    assert {application.purpose for application in there.applications} == {"read"}
    assert max(application.waveform.peak_v for application in there.applications) <= 25.5e-3
    assert there.read_phase_at == 18


def test_the_input_is_found_again_in_the_rows(picture: str) -> None:
    there = encoded_bench()
    run(Convolution(image=picture), there)
    assert (input_gray(there.frame) == np.asarray(Image.open(picture))).all()


def test_the_result_follows_the_recorded_currents_only(picture: str) -> None:
    there = encoded_bench()
    run(Convolution(image=picture), there)
    frame, weights = there.frame, kernel_weights("sharpen")
    halved = frame.copy()
    pulses = halved[PHASE.header] != "verify"
    halved.loc[pulses, CURRENT.header] /= 2
    assert np.allclose(decode(halved, weights).raw, decode(frame, weights).raw / 2)
    assert convolution_results(halved, weights)["psnr_db"] < 20


def test_the_source_offset_is_taken_out(picture: str) -> None:
    clean = run(Convolution(image=picture, kernel="soften"), encoded_bench("soften", offset_v=0.0))
    offset = run(
        Convolution(image=picture, kernel="soften"), encoded_bench("soften", offset_v=1e-3)
    )
    assert offset["psnr_db"] == pytest.approx(clean["psnr_db"], abs=1.5)


def test_devices_that_do_not_hold_the_kernel_stop_it_before_a_pulse(picture: str) -> None:
    there = encoded_bench("soften")
    procedure = Convolution(image=picture)
    with pytest.raises(MeasurementStopped, match="labctl run kernel_encoding") as stopped:
        run(procedure, there)
    assert "D01 is at 1e-05 S" in str(stopped.value).replace("9.99e-06", "1e-05")
    assert len(there.applications) == 18


def test_a_missing_reading_is_not_passed_over(picture: str) -> None:
    there = encoded_bench()
    run(Convolution(image=picture), there)
    frame = there.frame
    frame.loc[frame.index[-2], CURRENT.header] = np.nan
    with pytest.raises(ValueError, match="16199"):
        decode(frame, kernel_weights("sharpen"))


def test_a_period_that_leaves_no_gap_is_refused() -> None:
    with pytest.raises(ParameterError, match="read_period"):
        Convolution(read_width="1 ms", read_period="1.05 ms").check()


def test_a_drift_between_first_and_last_pulses_is_found(picture: str) -> None:
    there = encoded_bench()
    run(Convolution(image=picture), there)
    frame, weights = there.frame, kernel_weights("sharpen")
    pulses = frame[PHASE.header] == "pulse"
    number = frame[pulses].groupby("Device").cumcount()
    frame.loc[pulses, CURRENT.header] *= 1 - 0.05 * number / 900
    assert convolution_results(frame, weights)["drift"] == pytest.approx(-0.046, abs=0.006)


def test_the_shown_picture_has_gray_levels_and_the_raw_one_does_not(picture: str) -> None:
    there = encoded_bench()
    run(Convolution(image=picture), there)
    decoded = decode(there.frame, kernel_weights("sharpen"))
    for shown, raw in (
        (decoded.measured, decoded.raw),
        (decoded.software, decoded.raw_software),
    ):
        assert (shown == np.clip(np.round(raw), 0, 255)).all()
    assert decoded.raw_software.min() < 0
    assert not (decoded.raw == np.round(decoded.raw)).all()


def test_power_is_that_of_all_devices_read_at_once(picture: str) -> None:
    there = encoded_bench("soften")
    results = run(Convolution(image=picture, kernel="soften"), there)
    gray = np.asarray(Image.open(picture)).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(gray, (3, 3))
    exact_w = np.mean(1e-5 * (1e-4 * windows) ** 2) * 9
    assert results["mean_power_w"] == pytest.approx(exact_w, rel=0.03)
    assert results["energy_j"] == pytest.approx(results["mean_power_w"] * 900 * 1e-3)


def test_a_kernel_that_no_array_can_hold_is_bad_input() -> None:
    with pytest.raises(ParameterError, match="weights -9 to 9"):
        Convolution(kernel="10 0 0 0 0 0 0 0 0").check()


def test_energy_takes_the_widths_that_were_played(picture: str) -> None:
    there = encoded_bench("soften")
    times = {"read_width": "333.3 us", "read_period": "1 ms"}
    results = run(Convolution(image=picture, kernel="soften", **times), there)
    for application in there.applications[18:]:
        assert application.waveform.dwell_s[0] == pytest.approx(333e-6, rel=1e-9)
    assert results["energy_j"] == pytest.approx(results["mean_power_w"] * 900 * 333e-6)
