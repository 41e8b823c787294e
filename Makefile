# make demo       the main job on the bundled sample city, from nothing            (ENGINE=no: without the Pulumi step)
# make demo-live  the same, with `up` and `destroy` on a real OpenStack started here
# make check      the quick part of the tests, about 2 minutes once installed
# make test       all that CI runs, on a bare Debian 12 with root and Python 3.11
# make soak       the long runs; their results go to docs/measured/
# make lint       only the linters

SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
QUICK := not lab and not engine and not servers and not slow and not traces

.PHONY: demo demo-live check lint unit test soak packages clean

$(VENV)/.runtime: requirements.txt requirements-build.txt pyproject.toml
	@echo "== installing govcloud into $(VENV) (about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements-build.txt -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@$(BIN)/python -c "from planner.solving.warm import warm; warm()"
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@echo "== installing what the tests need"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# One test rolls up on a Spark cluster of its own.
$(VENV)/.spark: $(VENV)/.dev requirements-spark.txt
	@echo "== installing pyspark for its test"
	@$(PIP) -r requirements-spark.txt
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/python tools/demo.py

demo-live: $(VENV)/.runtime
	@$(BIN)/python tools/demo.py --live

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/pytest -q -n 2 -m "$(QUICK)"

check: lint unit

# Debian packages that the tests of real servers and real browsers use; nothing of the product needs them.
packages:
	@tools/test_packages.sh

test: packages $(VENV)/.spark lint
	tools/test.sh

soak: packages $(VENV)/.spark
	tools/soak.sh

clean:
	rm -rf $(VENV) demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
