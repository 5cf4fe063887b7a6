"""Curves and images as they come from the clerk, drawn with pyqtgraph."""

import PyQt5.QtCore  # noqa: F401 - pyqtgraph takes the Qt that is there already
