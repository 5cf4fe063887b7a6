"""Which VISA library carries a station's messages; a simulated world is kept beside the runs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyvisa

from drivers.errors import InstrumentError
from labctl.atomic_file import replace_bytes
from labctl.config import StationConfig
from labctl.errors import BadInput

CONNECTION_ERRORS = (InstrumentError, pyvisa.errors.Error, OSError, ValueError)
"""What a connection that does not work can raise; anything else is a fault of the program."""


def in_one_line(error: Exception) -> str:
    """An error's words without the line breaks that VISA libraries put in."""
    if isinstance(error, UnicodeDecodeError):
        return f"answers {error.object[:40]!r}, which is no text; check the address"
    return " ".join(str(error).split())


def runs_directory(config: StationConfig, out: Path) -> Path:
    """The runs directory, made when it is not there; raises `BadInput` when it cannot be used."""
    if config.simulated and "@" in str(out.resolve()):
        # PyVISA reads what follows the first @ as the name of a backend.
        raise BadInput(
            f"the runs directory {out.resolve()} must not contain '@' on a simulated station; "
            "choose another with out (--out)"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise BadInput(
            f"the runs directory {out} cannot be written to ({error.strerror}); "
            "choose another with out (--out)"
        ) from error
    return out.resolve()


def visa_library(config: StationConfig, runs: Path) -> str:
    """PyVISA's specification of a library that can be loaded; raises `BadInput` when it cannot."""
    library = config.visa.library
    if config.visa.world is not None:
        library = f"{world_beside(config, config.visa.world, runs)}{library}"
    try:
        pyvisa.ResourceManager(library)
    except CONNECTION_ERRORS as error:
        raise BadInput(
            f"station {config.name!r}: the VISA library {library!r} cannot be loaded: "
            f"{in_one_line(error)}"
        ) from error
    return library


def world_beside(
    config: StationConfig, name: str, runs: Path, *, kept_as: str | None = None
) -> Path:
    """The world file in the runs directory, put there when there is none yet.

    `kept_as` is its name there, where that is another.
    """
    world = runs / (kept_as or Path(name).name)
    if not world.exists():
        source = config.document.path.parent / name
        try:
            replace_bytes(world, source.read_bytes())
        except OSError as error:
            raise config.document.error(
                ("visa", "world"), f"{source} cannot be copied to {world} ({error.strerror})"
            ) from error
    return world
