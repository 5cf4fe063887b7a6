"""What a procedure raises; the runner turns these into a run's status and reason."""


class ParameterError(ValueError):
    """A parameter's value cannot be used; says which, the value, and what would be valid."""


class MeasurementStopped(Exception):
    """The measurement cannot go on with this sample; says what was found and what to do."""
