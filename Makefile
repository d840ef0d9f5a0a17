# What one does with this repository. `make help` lists it. Needs git, make and Python 3.11 or newer; brings the rest.

SHELL := /bin/sh
ARGS ?=
MINUTES ?= 5
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
# uv would otherwise remove itself (it is not in the lock) and the tools of a checkout that was only asked to `make demo`.
SYNC := $(BIN)/uv sync --quiet --locked --inexact
PURE := text numbers templates smpp pacing billing.tariffs
# Run on their own, for measuring costs half as much again, of every test that runs meanwhile.
PURE_TESTS := $(patsubst %,tests/unit/%,text numbers templates smpp pacing billing)

unexport VIRTUAL_ENV
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

.DELETE_ON_ERROR:
.PHONY: help setup demo up test coverage check fmt prove prove-million prove-recovery prove-stops mutants bench bench-peers docs requirements
.DEFAULT_GOAL := help

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: .make/tools .make/frontend .make/oracles .make/localstripe ## Install everything that running, testing and changing it takes

demo: .make/product .make/frontend ## Send 10,000 messages to simulated carriers and account for each of them
	@rm -rf .demo
	@$(BIN)/cablegram demo --data-dir .demo $(ARGS)

up: .make/product .make/frontend ## Run the whole system with its data in ./.data until Ctrl-C (ARGS="--port 9000")
	@exec $(BIN)/cablegram up $(ARGS)

test: setup .make/chromium ## Run all tests, and see that they reach each branch of the pure cores (ARGS="tests/unit/text")
	@test -n "$(ARGS)" || scripts/node.sh npm test --silent --prefix frontend
ifneq ($(ARGS),)
	$(BIN)/pytest -n 4 $(ARGS)
else
	$(BIN)/pytest -n 4 $(PURE_TESTS:%=--ignore=%)
	$(BIN)/pytest -n 4 --cov-branch --cov-report= $(PURE:%=--cov=cablegram.%) $(PURE_TESTS)
	@$(BIN)/coverage report --skip-covered --show-missing --fail-under=100
endif

coverage: setup .make/chromium ## Run all tests, and see which lines of the whole they reach, in the processes they start too (slow)
	COVERAGE_RCFILE=scripts/coverage.toml $(BIN)/pytest -n 4 --cov --cov-config=scripts/coverage.toml --cov-report=
	$(BIN)/coverage report --rcfile=scripts/coverage.toml --skip-covered --fail-under=94

check: .make/tools ## Check style, types, floors, spelling, reference pages and the lock, without running anything
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python scripts/reference.py --check
	$(BIN)/uv lock --check --quiet

fmt: .make/tools ## Put the code into shape, and mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

prove: .make/tools .make/localstripe ## Kill the system at every fail point, again and again (MINUTES=90): nothing lost, nothing doubled
	@PYTHONPATH=tests $(BIN)/python -m proving --minutes $(MINUTES) $(ARGS)

prove-million: .make/tools ## Kill a campaign of a million five times at random, and account for each message (ARGS="--people 20000")
	@PYTHONPATH=tests $(BIN)/python -m proving.million $(ARGS)

prove-recovery: .make/tools ## Kill everything with a million messages queued, and see how soon sending goes on
	@PYTHONPATH=tests $(BIN)/python -m proving.recovery $(ARGS)

prove-stops: .make/tools ## Play a STOP against all that moves messages, a hundred thousand times (ARGS="--interleavings 2000")
	@PYTHONPATH=tests $(BIN)/python -m proving.stops --interleavings 100000 $(ARGS)

mutants: .make/tools ## Plant ten known bugs, one at a time, and see each of them caught
	@PYTHONPATH=tests $(BIN)/python -m proving.mutants $(ARGS)

bench: .make/tools .make/frontend ## Measure speed and size (needs wrk)
	$(BIN)/python -m bench $(ARGS)

bench-peers: .make/tools .make/frontend ## Measure Kannel, Jasmin and Cablegram in turn (bench/README.md says what it needs)
	$(BIN)/python -m bench peers $(ARGS)

docs: .make/tools ## Rewrite the pages under docs/reference that are made from code
	$(BIN)/python scripts/reference.py

requirements: .make/tools ## Show each requirement with its tests and its state
	@$(BIN)/python scripts/requirements.py $(ARGS)

# Steps. Each leaves a file in .make, and runs again when something it was made from is newer.

$(BIN)/uv: | .make/.exists
	@scripts/venv.sh "$(PYTHON)"

.make/product: $(BIN)/uv uv.lock pyproject.toml
	@$(SYNC)
	@touch $@

.make/tools: $(BIN)/uv uv.lock pyproject.toml
	@$(SYNC) --group dev
	@touch $@ .make/product

.make/frontend: scripts/frontend.sh scripts/node.sh $(shell find frontend cablegram/panel/templates -name node_modules -prune -o -type f -print 2>/dev/null) | $(BIN)/uv
	@scripts/node.sh scripts/frontend.sh
	@touch $@

.make/oracles: tests/oracles/package-lock.json scripts/node.sh | $(BIN)/uv
	@scripts/node.sh npm ci --silent --ignore-scripts --prefix tests/oracles
	@touch $@

.make/localstripe: tests/localstripe/pyproject.toml tests/localstripe/uv.lock | $(BIN)/uv
	@UV_PROJECT_ENVIRONMENT="$(CURDIR)/.make/localstripe-env" \
		$(BIN)/uv sync --quiet --locked --project tests/localstripe --python $(BIN)/python
	@touch $@

.make/chromium: scripts/chromium.sh | .make/.exists
	@scripts/chromium.sh >$@

.make/.exists:
	@mkdir -p .make && touch $@
