"""Plots and images as the clerk tells them."""

from __future__ import annotations

from typing import Any

import numpy as np


def axis(label: str, unit: str = "", scale: str = "linear", *categories: str) -> dict[str, Any]:
    return {"label": label, "unit": unit, "scale": scale, "categories": list(categories)}


def series(
    label: str, x: Any, y: Any, style: str = "line", error: Any | None = None
) -> dict[str, Any]:
    return {
        "label": label,
        "x": np.asarray(x, float),
        "y": np.asarray(y, float),
        "style": style,
        "error": None if error is None else np.asarray(error, float),
    }


def plot(name: str, *shown: dict[str, Any], **axes: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "caption": f"What {name} shows.",
        "x": axes.get("x", axis("Voltage", "V")),
        "y": axes.get("y", axis("Current", "A")),
        "series": list(shown),
    }


def iv_plot(scale: float = 1.0) -> dict[str, Any]:
    """Two cycles from -0.4 V to 0.4 V."""
    volts = np.linspace(-0.4, 0.4, 81)
    return plot(
        "iv_linear",
        series("cycle 1", volts, scale * 1e-6 * volts),
        series("cycle 2", volts, scale * 2e-6 * volts),
    )


def image(values: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "measured",
        "title": "measured image",
        "unit": "A",
        "values": np.asarray(values, float),
        "low": 0.0,
        "high": 1e-6,
        "scale": "linear",
        "kind": "gray",
        **more,
    }
