"""The sample and the errors of the meter: numbers only, no bytes."""
