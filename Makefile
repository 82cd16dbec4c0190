# The commands of this project. A machine needs Python 3.11 to 3.14, make and a package index; nothing else is assumed.
# Paths are relative and quoted, and programs of the environment run as `.venv/bin/python -m …`, so that the checkout may
# lie in a path with blanks or letters of any script, and may be moved.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python that will do; `make PYTHON=/path/to/python3.12 …` chooses another.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.14 python3.11; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
endif
PYTHON := $(if $(PYTHON),$(PYTHON),python3)

PY := .venv/bin/python
WORKERS ?= 2
SEEDS ?= 1 2 3

export PYTHONUTF8 = 1
# Packages are installed without bytecode (half the time of the install); the first import must be able to keep its own.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport PYTHONHOME

# A complete production environment, for the checks that read production settings; nothing is connected to.
PRODUCTION := AURUM_ENV=production DATABASE_URL=postgresql://aurum:aurum@127.0.0.1:5432/aurum \
  CELERY_BROKER_URL=redis://127.0.0.1:6379/0 ALLOWED_HOSTS=aurum.example \
  SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH

.PHONY: help
help: ## List these commands.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: ready
ready: # The environment of the demo: instant and without network when nothing changed.
	@command -v "$(PYTHON)" >/dev/null || { echo "No Python was found; install Python 3.11 to 3.14 and run this again." >&2; exit 1; }
	@"$(PYTHON)" .ci/install.py demo

.PHONY: ready-dev
ready-dev: ready # The environment of the tests, on top of the demo's.
	@"$(PYTHON)" .ci/install.py dev

.PHONY: demo
demo: ready ## Run the main job end to end in the browser (ONCE=1 ends after the summary; CHAOS=kill,500, PORT=…, SEED=… as wanted).
	@exec $(PY) manage.py demo

.PHONY: serve
serve: ready ## Serve the web pages, a worker and the schedule on this machine until Ctrl-C (PORT=… as wanted).
	@exec $(PY) manage.py serve

.PHONY: test
test: ready-dev system check pytest ## Run every check that CI runs (STRICT=1 fails on any skip, FAST=1 leaves out the slow ones).

.PHONY: system
system: # What the tests use and a machine may lack; what cannot be installed is named, and its tests are skipped.
	@bash .ci/system.sh

# Two runs: tests that may share the machine go side by side, the others one by one; the exit code is that of both.
.PHONY: pytest
pytest: ready-dev
	@$(PY) .ci/run_tests.py $(if $(STRICT),--strict-skips) $(if $(FAST),--fast) --workers $(WORKERS) $(TESTS)

.PHONY: check
check: ready-dev ## Check style, types, import directions, settings and migrations, without a database.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	$(PY) manage.py check --fail-level WARNING
	@echo "manage.py check --deploy, on production settings"
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

.PHONY: bench
bench: ready-dev ## Measure every figure of bars.toml and print it, judging and writing nothing (ONLY="id, id" for some).
	@$(PY) -m tests.bench.bars --measure $(if $(ONLY),--only "$(ONLY)")

.PHONY: bars
bars: ready-dev ## Hold every claimed figure against its limit and write docs/benchmarks.md (ONLY="id, id" for some).
	@$(PY) -m tests.bench.bars $(if $(ONLY),--only "$(ONLY)")

.PHONY: bench-engine
bench-engine: ready-dev ## Compare the engine with Splink 4 and 5 and recordlinkage on one made population (PEOPLE=75000).
	@$(PY) -m tests.bench.engine --people $(or $(PEOPLE),75000)

.PHONY: bench-resolution
bench-resolution: ready-dev ## Measure a first load, online resolution, single records and a second load (RECORDS=1000000 SECOND=300000).
	@$(PY) -m tests.bench.resolution --records $(or $(RECORDS),1000000) --second $(or $(SECOND),300000)

.PHONY: sample-check
sample-check: ready-dev ## Prove on fresh seeds that the sample is hard and that Aurum meets its bars on it (SEEDS="1 2 3").
	@$(PY) -m mdm.sandbox.sample.check --seeds "$(SEEDS)"
	@$(PY) -m tests.bench.sample_check --seeds "$(SEEDS)"

.PHONY: bench-accuracy
bench-accuracy: ready-dev ## Score the engine end to end on the public benchmark sets, as shipped (SETS="cora …" for some).
	@$(PY) -m tests.bench.accuracy $(SETS)

.PHONY: verify-teeth
verify-teeth: ready-dev ## Corrupt a database in many ways; `manage.py verify` names each and repairs what it can.
	@$(PY) -m tests.bench.verify_teeth

.PHONY: prove-nightly
prove-nightly: ready-dev ## Prove the promises at the size they name: orders, undo, races, crashes, growth (ONLY="races undo" for some).
	@$(PY) -m tests.bench.nightly $(ONLY)

.PHONY: doctor
doctor: ## Say what this machine has and lacks, and how to get what is missing.
	@"$(PYTHON)" .ci/doctor.py

.PHONY: lock
lock: ## Resolve the dependencies of pyproject.toml again into requirements/*.lock (UPGRADE=1 takes newer versions).
	@"$(PYTHON)" .ci/lock.py $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Stop what the demo started and remove everything that these commands made.
	@bash .ci/clean.sh
