# `make demo` and `make test`, each alone, take a fresh clone to the end.
# Needed beforehand: Python 3.11 or later as python3 (on Debian: its venv module is installed if missing).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check soak clean

demo: $(VENV)/.demo
	$(BIN)/labctl demo

test: $(VENV)/.test check
	$(BIN)/pytest -n auto

# Thousands of cases of what `make test` shows with a few; under an hour.
soak: $(VENV)/.test
	$(BIN)/pytest -m soak -n 2

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { .ci/install-venv "$(PYTHON)" && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev,conformance,fast]"
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
