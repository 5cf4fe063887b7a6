"""What the 2636B sends back, as data."""

import numpy as np

from drivers.keithley2636b_messages import decode
from drivers.roles import Flag


def test_every_flag_has_its_own_cause() -> None:
    rows = np.array(
        [
            [1e-6, 0.1, 0.0, 0.0],
            [1e-6, 0.1, 1e-3, 64.0],
            [9.91e37, 0.1, 2e-3, 128.0],
            [1e-6, 9.91e37, 3e-3, 0.0],
            [1e-6, 0.1, 4e-3, 0.0],
            [-9.91e37, 0.1, 5e-3, 65.0],
        ]
    )
    unsettled = np.array([False, False, False, False, True, True])
    stamp_s, voltage_v, current_a, flags = decode(rows, unsettled)
    everything = Flag.COMPLIANCE | Flag.OVERFLOW | Flag.UNSETTLED
    expected = [0, Flag.COMPLIANCE, Flag.OVERFLOW, Flag.OVERFLOW, Flag.UNSETTLED, everything]
    np.testing.assert_array_equal(flags, expected)
    np.testing.assert_array_equal(stamp_s, rows[:, 2])
    np.testing.assert_array_equal(current_a, [1e-6, 1e-6, np.nan, 1e-6, 1e-6, np.nan])
    np.testing.assert_array_equal(voltage_v, [0.1, 0.1, 0.1, np.nan, 0.1, 0.1])


def test_no_readings_are_no_points() -> None:
    columns = decode(np.empty((0, 4)), np.empty(0, np.bool_))
    assert [column.size for column in columns] == [0, 0, 0, 0]
    assert columns[3].dtype == np.uint8
