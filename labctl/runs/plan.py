"""What a run will take, computed from its planned applications; no instrument is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from drivers.roles import SmuCapabilities
from labctl.bench.limits import NO_OPERATOR_LIMITS, Limits, OperatorLimits
from labctl.config import StationConfig
from labctl.excursions import excursions
from procedures.base import Application, LabProcedure, PlannedApplication, Purpose

TRANSACTIONS_PER_TEMPERATURE = 2
"""One write and one read; once at the start of each application, and on a grid in a long one."""
TRANSACTIONS_PER_CLOSURE = 4
"""Asking whether the source is at 0 V, and connecting: each one write and one read."""
BYTES_PER_ROW = 140
"""About what one reading takes in data.csv and data.parquet together."""


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What one device will see."""

    min_v: float = 0.0
    max_v: float = 0.0
    under_voltage_s: float = 0.0
    pulses: int = 0
    """Excursions from 0 V to one side, readings included."""
    stress_pulses: int = 0
    """Those of them that are to change the device."""

    @classmethod
    def of(cls, application: Application, count: int) -> Self:
        """By one application that is played `count` times."""
        waveform = application.waveform
        pulses = count * excursions(waveform).pulses
        return cls(
            min_v=waveform.min_v,
            max_v=waveform.max_v,
            under_voltage_s=count * waveform.under_voltage_s,
            pulses=pulses,
            stress_pulses=pulses if application.purpose is Purpose.STRESS else 0,
        )

    def __add__(self, other: Exposure) -> Exposure:
        """One after the other."""
        return Exposure(
            min_v=min(self.min_v, other.min_v),
            max_v=max(self.max_v, other.max_v),
            under_voltage_s=self.under_voltage_s + other.under_voltage_s,
            pulses=self.pulses + other.pulses,
            stress_pulses=self.stress_pulses + other.stress_pulses,
        )


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What is to be spent; numbers of a closed loop are expectations."""

    duration_s: float
    """Time of the instruments and the procedure's own pauses, without messages."""
    longest_s: float
    """The same if every closed loop used up its budget."""
    applications: int
    pulses: int
    stress_pulses: int
    closures: int
    transactions: int
    rows: int
    disk_bytes: int
    dose: Mapping[str, Exposure]
    """By device."""


@dataclass(frozen=True, kw_only=True)
class RunPlan(Cost):
    """A run before it has begun."""

    procedure: str
    station: str
    regime: str
    """What the run says of itself: "interface" or "filament"."""
    limits: Mapping[str, Mapping[str, object]]
    """The limits in force and who set each, by name."""

    @classmethod
    def of(
        cls,
        procedure: LabProcedure,
        station: StationConfig,
        devices: Sequence[str],
        smu: SmuCapabilities,
        *,
        limits: OperatorLimits = NO_OPERATOR_LIMITS,
        stress_before: Mapping[str, int] | None = None,
    ) -> Self:
        """Plan a procedure on some devices; raises `LimitRefused` as the run itself would.

        `stress_before` is the number of stress pulses each device has seen already.
        """
        planned = list(procedure.plan(devices, smu))
        return cls.of_planned(
            planned, procedure, station, smu, limits=limits, stress_before=stress_before
        )

    @classmethod
    def of_planned(
        cls,
        planned: Sequence[PlannedApplication],
        procedure: LabProcedure,
        station: StationConfig,
        smu: SmuCapabilities,
        *,
        limits: OperatorLimits,
        stress_before: Mapping[str, int] | None,
    ) -> Self:
        """The same of what the procedure has planned already; see `of`."""
        regime = procedure.stated_regime()
        in_force = Limits.effective(station, smu, regime=regime, operator=limits)
        _check(planned, in_force, {} if stress_before is None else stress_before)
        closures = _closures(planned)
        applications = sum(item.count for item in planned)
        rows = sum(item.count * item.application.waveform.recorded_points for item in planned)
        dose = dose_by_device(
            (item.application.device, Exposure.of(item.application, item.count)) for item in planned
        )
        settle_s = closures * station.timing.settle_s
        return cls(
            procedure=procedure.name,
            station=station.name,
            duration_s=settle_s + sum(item.count * _one_s(item) for item in planned),
            longest_s=settle_s
            + sum((item.at_most or item.count) * _one_s(item) for item in planned),
            applications=applications,
            pulses=sum(exposure.pulses for exposure in dose.values()),
            stress_pulses=sum(exposure.stress_pulses for exposure in dose.values()),
            closures=closures,
            transactions=applications * _transactions_each(station, smu)
            + closures * TRANSACTIONS_PER_CLOSURE,
            rows=rows,
            disk_bytes=rows * BYTES_PER_ROW,
            dose=dose,
            regime=regime,
            limits=in_force.as_record(),
        )

    def as_data(self) -> dict[str, object]:
        """All numbers by name, JSON-able."""
        return asdict(self)


def dose_by_device(exposures: Iterable[tuple[str, Exposure]]) -> dict[str, Exposure]:
    """What each device will see in all; devices stand in the order in which they first come."""
    dose: dict[str, Exposure] = {}
    for device, exposure in exposures:
        dose[device] = dose.get(device, Exposure()) + exposure
    return dose


def _check(
    planned: Iterable[PlannedApplication], limits: Limits, stress_before: Mapping[str, int]
) -> None:
    """Check every application, and the stress of each device as it adds up."""
    stress = dict(stress_before)
    for item in planned:
        one, before = item.application, stress.get(item.application.device, 0)
        limits.check(one.device, one.waveform, one.sensing, one.purpose, before)
        if one.purpose is Purpose.STRESS:
            stress[one.device] = before + item.count * excursions(one.waveform).pulses
            limits.check_cycles(one.device, stress[one.device])


def _transactions_each(station: StationConfig, smu: SmuCapabilities) -> int:
    temperature = "temperature" in station.instruments
    return smu.transactions_per_application + TRANSACTIONS_PER_TEMPERATURE * temperature


def _one_s(item: PlannedApplication) -> float:
    return item.application.waveform.duration_s + item.pause_s


def _closures(planned: Iterable[PlannedApplication]) -> int:
    devices = [item.application.device for item in planned]
    return sum(now != before for before, now in zip([None, *devices], devices, strict=False))
