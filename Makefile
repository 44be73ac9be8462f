# `make demo` and `make test` set up all they need. `make help` lists the rest.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; \
	then echo $$p; break; fi; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help setup demo test trials check bench bench-derive learn fmt screenshots lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

$(VENV)/.installed: requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		if command -v apt-get >/dev/null; then how="apt-get install python3 python3-venv"; \
		elif command -v dnf >/dev/null; then how="dnf install python3"; \
		elif command -v brew >/dev/null; then how="brew install python@3.13"; \
		else how="https://www.python.org/downloads/"; fi; \
		echo "Python 3.11 to 3.14 with venv is missing: $$how" >&2; exit 1; fi
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned dependencies, which takes about a minute"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.installed ## make .venv, install the pinned dependencies and Pango
	@$(BIN)/python -m hiring.system pango

demo: setup ## the demonstration company: postings in, a committee's PDF out, pages on 127.0.0.1:8000
	@exec $(BIN)/hiring demo

test: setup ## everything, journeys in a real browser included
	@$(BIN)/python -m hiring.system chromium || [ "$$CI" != true ]
	@$(BIN)/python -m pytest

trials: setup ## long trials: kills, races, every order of events
	@$(BIN)/python -m pytest -m trial

check: setup ## lint, types, the order of the rooms, templates, migrations, rubrics
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PATH=$(BIN):$$PATH $(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/python -m tests.migrated
	@$(BIN)/hiring rubric check

bench: setup ## measure, as ratios to the ceilings in the same run
	@$(BIN)/python -m tests.bench

bench-derive: setup ## measure what is found in labelled postings, and how it is matched
	@$(BIN)/python -m tests.bench.derive

learn: setup ## learn anew from rubrics/examples what statements sound like; takes half a minute
	@$(BIN)/python -m hiring.rubrics.learning

fmt: setup ## put the code into its form
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

screenshots: setup ## every page as each kind of user, and the packet, as pictures in build/screenshots
	@$(BIN)/python -m hiring.system chromium
	@$(BIN)/python -m tests.screenshots

lock: setup ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--python-version 3.11 --extra embedded --group dev --upgrade pyproject.toml --output-file requirements.lock

clean: ## remove what these targets made
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
