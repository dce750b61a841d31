# What each target needs is installed on the way (.ci/bootstrap), once.
# Choose the Python with PYTHON=python3.12, the environment with VENV=.venv-3.12.

VENV ?= .venv
MUSIC ?= $(HOME)/Music
# Workers by the number of cores (tests/conftest.py), each file whole on one: its fixtures are made once.
PYTEST_ARGS ?= -n auto --dist loadfile
export VENV PYTHON MUSIC

bin := $(VENV)/bin

.PHONY: help play demo test lint format bench screenshots install-deps lock wheel clean

help:
	@echo "make play MUSIC=~/Music   set up what is missing, open your music"
	@echo "make demo                 the same with a small library of synthesized songs"
	@echo "make test                 lint, types, import rules and all tests"
	@echo "make lint                 lint, types and import rules alone"
	@echo "make format               format the code"
	@echo "make bench                measure against the budgets"
	@echo "make screenshots          take the pictures in screenshots/ anew"
	@echo "make install-deps         system packages, environment and dependencies alone"
	@echo "make lock                 resolve the dependencies anew into requirements*.lock"
	@echo "make wheel                build a wheel into dist/"

# The shell, not make, opens "~" and keeps spaces: make MUSIC="~/My Music" works everywhere.
play:
	@.ci/bootstrap run
	@case "$$MUSIC" in "~/"*) MUSIC="$$HOME/$${MUSIC#??}" ;; esac; \
	exec $(bin)/tuiradio "$$MUSIC"

demo:
	@.ci/bootstrap run
	@exec $(bin)/tuiradio demo

install-deps:
	@.ci/bootstrap dev

lint:
	@.ci/bootstrap dev
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

format:
	@.ci/bootstrap dev
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

# -v undoes the -q of pyproject.toml: whoever reads along sees the files and the closing line.
test: lint
	$(bin)/python -m pytest -v $(PYTEST_ARGS)

bench:
	@.ci/bootstrap dev
	$(bin)/python -m tests.bench

screenshots:
	@.ci/bootstrap dev
	$(bin)/python -m tuiradio.ui.screenshots screenshots

lock:
	@.ci/bootstrap dev
	$(bin)/python -m pip install -q uv
	$(bin)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	$(bin)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q pyproject.toml --group dev -o requirements-dev.lock

wheel:
	@.ci/bootstrap dev
	$(bin)/python -m pip wheel -q --no-deps -w dist .

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache snapshot_report.html
