"""The sample's temperature as far as the device model goes."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sim_backend.physics.device import COLDEST_K, HOTTEST_K

logger = logging.getLogger("sim_backend")


class ModelledTemperature:
    """The sample's temperature, kept within the model's range.

    On a bench nothing answers for the model: beyond its range the devices go on as at its end, and
    the log says so each time the range is left [choice].
    """

    def __init__(self, true_k: Callable[[], float]) -> None:
        self._true_k = true_k
        self._beyond = False

    def __call__(self) -> float:
        """The temperature now (K)."""
        true_k = self._true_k()
        modelled_k = min(max(true_k, COLDEST_K), HOTTEST_K)
        if modelled_k != true_k and not self._beyond:
            logger.error(
                "sample at %.5g K: the device model holds from %g K to %g K; until the sample is "
                "back there, its devices behave as at %g K",
                *(true_k, COLDEST_K, HOTTEST_K, modelled_k),
            )
        self._beyond = modelled_k != true_k
        return modelled_k
