"""What everybody relies on in every clock of simulated time."""

import pytest

from drivers.roles import Clock


class TestWaiting:
    def test_time_passes_by_what_was_waited(self, clock: Clock) -> None:
        before_s = clock.now()
        clock.wait(12.5)
        assert clock.now() - before_s == pytest.approx(12.5, abs=0.1)

    def test_a_night_is_one_wait(self, clock: Clock) -> None:
        before_s = clock.now()
        clock.wait(36_000.0)
        assert clock.now() - before_s >= 36_000.0

    def test_no_wait_is_no_time(self, clock: Clock) -> None:
        before_s = clock.now()
        clock.wait(0.0)
        assert clock.now() - before_s < 0.1

    @pytest.mark.parametrize("duration_s", [-1.0, float("nan"), float("inf")])
    def test_impossible_waits(self, clock: Clock, duration_s: float) -> None:
        with pytest.raises(ValueError, match="cannot wait"):
            clock.wait(duration_s)

    def test_time_never_runs_backwards(self, clock: Clock) -> None:
        times_s = [clock.now() for _ in range(5)]
        assert times_s == sorted(times_s)
