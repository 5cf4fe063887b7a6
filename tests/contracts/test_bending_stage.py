"""What the bench relies on in everything that bends the sample."""

import json
import math

import pytest

from drivers.roles import BendingStage


class TestBending:
    def test_a_new_sample_is_flat(self, bending: BendingStage) -> None:
        assert bending.radius_m() == math.inf

    @pytest.mark.parametrize("radius_m", [3e-3, 5e-3, 1 / 300])
    def test_it_stays_at_the_radius(self, bending: BendingStage, radius_m: float) -> None:
        bending.bend(radius_m)
        assert bending.radius_m() == radius_m

    def test_one_radius_after_another_and_back(self, bending: BendingStage) -> None:
        for radius_m in (5e-3, 3e-3, math.inf, math.inf):
            bending.bend(radius_m)
            assert bending.radius_m() == radius_m

    def test_cycles_end_flat(self, bending: BendingStage) -> None:
        bending.cycle(3e-3, 1000)
        assert bending.radius_m() == math.inf

    def test_cycles_end_flat_from_bent_too(self, bending: BendingStage) -> None:
        bending.bend(5e-3)
        bending.cycle(3e-3, 1)
        assert bending.radius_m() == math.inf


class TestRefusing:
    @pytest.mark.parametrize("radius_m", [0.0, -3e-3, math.nan])
    def test_no_radius_at_all(self, bending: BendingStage, radius_m: float) -> None:
        bending.bend(5e-3)
        with pytest.raises(ValueError, match="above 0"):
            bending.bend(radius_m)
        with pytest.raises(ValueError, match="above 0"):
            bending.cycle(radius_m, 10)
        assert bending.radius_m() == 5e-3

    def test_no_cycles(self, bending: BendingStage) -> None:
        with pytest.raises(ValueError, match="cycles"):
            bending.cycle(3e-3, 0)
        assert bending.radius_m() == math.inf


class TestReporting:
    def test_it_says_what_it_is(self, bending: BendingStage) -> None:
        assert bending.identify()

    def test_its_settings_can_be_stored(self, bending: BendingStage) -> None:
        assert json.loads(json.dumps(bending.settings()))["radius_m"] is None
        bending.bend(3e-3)
        assert json.loads(json.dumps(bending.settings()))["radius_m"] == 3e-3

    def test_safety_leaves_the_sample_as_it_is(self, bending: BendingStage) -> None:
        bending.bend(3e-3)
        for _ in range(2):
            assert bending.make_safe() == bending.settings()
        assert bending.radius_m() == 3e-3
