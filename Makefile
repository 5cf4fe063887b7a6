# `make demo` and `make test`, each alone, take a fresh clone to the end.
# Needed beforehand: Python 3.11 or later as python3 (on Debian: its venv module is installed if missing).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What PyQt5's wheels leave to the system, to draw without a screen; and to draw on a virtual one.
TRY_QT := from PyQt5.QtWidgets import QApplication; QApplication([])
QT_LIBRARIES := libglib2.0-0 libgl1 libfontconfig1 libdbus-1-3 fonts-dejavu-core
SCREEN_LIBRARIES := xvfb xauth libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 \
    libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0

.PHONY: demo test check soak screenshots clean

demo: $(VENV)/.demo
	$(BIN)/labctl demo

test: $(VENV)/.test check
	$(BIN)/pytest -n auto

# Thousands of cases of what `make test` shows with a few; under an hour.
soak: $(VENV)/.test
	$(BIN)/pytest -m soak -n 2

# The views of the user guide, drawn by the program itself into docs/images.
screenshots: $(VENV)/.test
	command -v Xvfb >/dev/null || .ci/apt-install $(SCREEN_LIBRARIES)
	xvfb-run --auto-servernum --server-args "-screen 0 1920x1080x24" $(BIN)/python docs/screenshots.py

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { \
	    .ci/apt-install "$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" \
	    && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev,conformance,fast]"
	QT_QPA_PLATFORM=offscreen $(BIN)/python -c "$(TRY_QT)" || .ci/apt-install $(QT_LIBRARIES)
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
