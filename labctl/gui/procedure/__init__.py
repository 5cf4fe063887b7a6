"""Which procedure, with which parameters, on which devices; and what comes of it when started."""
