# Everything from a fresh checkout: `make run` starts Strongroom, `make test` tests it. See README.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUTCOMES := $(CURDIR)/.tools/torture.jsonl
CONSOLE := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print 2>/dev/null)

.PHONY: run test bench check docs screenshots torture format defences lock install console servers clean bench-peers

run: .venv/.run console ## start everything; ARGS='--port 7272 --state DIR' and the like
	@exec $(BIN)/python strongroom.py up $(ARGS)

test: install console servers ui/node_modules/.installed ## all tests; ARGS='-k name' and the like
	@source .ci/node && cd ui && npm run --silent test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS) || .ci/again $$? $(ARGS)

check: install console ui/node_modules/.installed ## format, style, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@source .ci/node && cd ui && npm run --silent lint

bench: install console ## the numbers of docs/performance.md beside their goals; ARGS='-k name --rounds 1' and the like
	@$(BIN)/python -m bench $(ARGS)

docs: install ## the pages that are made from code
	@$(BIN)/python -m ops.ledger.catalogue > docs/events.md.new && mv docs/events.md.new docs/events.md
	@$(BIN)/python -m tests.support.vectors

screenshots: install console servers ## every page as a picture in docs/console: wide and light, narrow and dark
	@rm -rf docs/console
	@STRONGROOM_SCREENSHOTS=docs/console $(BIN)/python -m pytest -q tests/browser/test_pages.py tests/browser/test_days.py
	@rm docs/console/*-1280-dark.png docs/console/*-390-light.png

bench-peers: .tools/peers/.installed ## what `make bench` compares with: OpenBao, and wrk to make the load

.tools/peers/.installed: requirements/bench.txt | .venv/.run
	@echo "Installing the peers of the benchmark into .tools/peers"
	@.ci/peers "$(PYTHON)"
	@touch $@

torture: install servers ## resets, crashes, outages and races by the hundred and thousand; the tables of docs/crashes.md and docs/races.md
	@mkdir -p $(dir $(OUTCOMES)) && rm -f $(OUTCOMES)
	@STRONGROOM_TORTURE=1 $(BIN)/python -m pytest tests/journeys/test_crashes.py tests/journeys/test_first_start.py
	@STRONGROOM_TORTURE=1 $(BIN)/python -m pytest tests/journeys/test_outages.py
	@STRONGROOM_TORTURE_RESETS=100 $(BIN)/python -m pytest -s tests/workers/test_torture.py
	@STRONGROOM_TORTURE_RESETS=1000 $(BIN)/python -m pytest -s tests/journeys/test_many_resets.py
	@STRONGROOM_ROUNDS=1000 $(BIN)/python -m pytest -s tests/journeys/test_races.py
	@$(BIN)/python -m tests.support.outcomes $(OUTCOMES)

torture: export STRONGROOM_OUTCOMES := $(OUTCOMES)

defences: install console ## take each defence of tests/defences.toml away: its test must fail
	@$(BIN)/python -m tests.support.defences $(ARGS)

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

install: .venv/.installed

.venv/.run: requirements/run.txt
	@echo "Installing Python packages into .venv"
	@.ci/venv "$(PYTHON)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@touch $@

.venv/.installed: requirements/test.txt .venv/.run
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

console: ui/dist/index.html

ui/dist/index.html: ui/node_modules/.installed $(CONSOLE)
	@echo "Building the console (about half a minute)"
	@source .ci/node && cd ui && npm run --silent build -- --logLevel warn
	@touch $@

ui/node_modules/.installed: ui/package-lock.json | .venv/.run
	@source .ci/node && cd ui && npm ci --silent --no-audit --no-fund
	@touch $@

servers: install ## what tests need beyond Python and Node
	@.ci/servers

lock: ## new lock files from pyproject.toml: versions and hashes only
	@.ci/lock

clean:
	@rm -rf .venv .tools ui/node_modules ui/dist
