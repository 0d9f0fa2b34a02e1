# Two commands do everything: `make build` publishes this repository's own pictures,
# `make test` runs all tests. Both make the virtual environment they need.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= auto

.PHONY: build test lint format bench mutation crash chaos soak soak-money clean

build: $(VENV)/.build
	$(BIN)/assetgen build assets.yaml

test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.test
	$(BIN)/python bench/idle.py
	$(BIN)/python bench/overhead.py
	$(BIN)/python bench/variants.py --quick

mutation: $(VENV)/.test
	$(BIN)/python campaigns/mutation.py

crash: $(VENV)/.test
	$(BIN)/python campaigns/order.py
	$(BIN)/python campaigns/crash.py --sample 60
	$(BIN)/python campaigns/disk.py --sample 40

chaos: $(VENV)/.test
	$(BIN)/python campaigns/chaos.py --minutes 20

soak: $(VENV)/.test
	$(BIN)/python campaigns/soak.py --assets 10000

soak-money: $(VENV)/.test
	ASSETGEN_TEST_SOAK=1 $(BIN)/python -m pytest tests/money/test_money_machine.py

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.build: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

$(VENV)/.lint: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test,lint]'
	touch $@
