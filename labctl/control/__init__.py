"""The one local channel through which others ask a run how it is, to wait, or to stop."""
