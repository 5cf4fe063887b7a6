"""What a driver raises. Every message names the instrument, the value, the limit, and its unit."""


class InstrumentError(Exception):
    """The instrument refused, failed, or gave an answer that cannot be; carries its own words."""


class WaveformRefused(InstrumentError):
    """The instrument cannot play this waveform exactly; nothing was sent to it."""
