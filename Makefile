# Each target does all the set-up it needs on a fresh clone: Python 3.11 or newer and make are enough.
# Variables, on the command line or in the environment:
#   ARGS     goes to the program behind the target:  make test ARGS="-k deadlines"   make demo ARGS="--help"
#   SEED     seed of the random tests:               make test SEED=7                make soak SEED=7
#   WORKERS  test processes (cores, from 2 to 8):    make test WORKERS=4
#   PORT     port of the demonstration:              make demo PORT=8080
#   TODAY    the demonstration's day:                make demo TODAY=2026-11-22
#   PYTHON   the Python that makes the environment:  make test PYTHON=python3.12
#   CI       true: nothing may be left out, a skipped test is a failed test
#   CPRAC_TEST_DATABASE_URL  a PostgreSQL (15 or newer, right to create databases) in place of the one the tests start
#   CPRAC_CHROMIUM           path of the browser for the tests
# A quick look: make test ARGS="tests/domain", ARGS="-m sqlite", ARGS="-m 'not browser'"

VENV := .venv
BIN := $(VENV)/bin
CORE := $(VENV)/.installed
FULL := $(VENV)/.installed-with-test
PEERS := $(VENV)/.installed-with-bench
ICONS := static/img/icons.svg
VEGA := static/js/vega.js
UV := $(shell command -v uv 2>/dev/null)
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
WORKERS ?= $(shell n=$(CORES); [ "$$n" -gt 8 ] && n=8; [ "$$n" -lt 2 ] && n=2; echo $$n)
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist worksteal $(if $(SEED),--hypothesis-seed=$(SEED))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check lint format soak bench pictures docs pin browser clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "Variables stand at the top of the Makefile."

# --- Running and testing ----------------------------------------------------------------------------------------------

demo: $(CORE) $(ICONS) $(VEGA) ## a chamber with cases in every state, in your browser
	$(BIN)/cprac demo $(if $(PORT),--port $(PORT)) $(if $(TODAY),--today $(TODAY)) $(ARGS)

test: lint $(ICONS) $(VEGA) browser ## style, floors, types and all tests, on both databases and in a browser
	$(PYTEST) $(ARGS)

check: ## what CI does: `make test` that leaves nothing out
	CI=true $(MAKE) test

lint: $(FULL) ## style, floors and types, without running anything
	$(BIN)/ruff check --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(FULL) ## lay out the Python files anew: make format ARGS="FILES"
	$(BIN)/ruff format $(ARGS)

soak: $(FULL) $(ICONS) $(VEGA) ## hours of random cases: the tests marked `soak`, with many examples
	HYPOTHESIS_PROFILE=soak $(PYTEST) -m soak $(ARGS)

bench: $(FULL) $(PEERS) $(ICONS) $(VEGA) ## how cost grows with the number of cases: make bench ARGS="--only pages"
	$(BIN)/python -m scripts.bench $(ARGS)

# --- What is made from the code ---------------------------------------------------------------------------------------

pictures: $(FULL) $(ICONS) $(VEGA) browser ## take the README's pictures again
	$(BIN)/python scripts/take_pictures.py $(ARGS)

docs: $(CORE) ## write the generated pages of docs/ again
	$(BIN)/python scripts/write_docs.py $(ARGS)

# uv resolves for every platform and Python from 3.11 and writes names and versions only, whatever index it asked.
# Pins stay as they are unless they must move; `make pin ARGS=--upgrade` moves all, `ARGS="--upgrade-package flask"` one.
pin: ## write constraints.txt again from pyproject.toml
	test -x build/pin/bin/uv || { $(or $(PYTHON),python3) -m venv build/pin && build/pin/bin/python -m pip install --quiet uv; }
	build/pin/bin/uv pip compile --quiet --universal --python-version 3.11 --extra test --extra bench \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file constraints.txt $(ARGS) pyproject.toml

clean: ## remove what make made; never the data under instance/
	rm -rf $(VENV) build dist test-artifacts .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache $(ICONS) $(VEGA)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Set-up -----------------------------------------------------------------------------------------------------------

$(BIN)/python:
	@for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    if command -v "$$candidate" >/dev/null && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	        found="$$candidate"; break; \
	    fi; \
	done; \
	if [ -n "$(UV)" ]; then echo "Making $(VENV) with uv"; exec uv venv --quiet --seed --python "$${found:-3.11}" $(VENV); fi; \
	if [ -z "$$found" ]; then echo "No Python 3.11 or newer found. Install one, or say where: make PYTHON=/path/to/python3" >&2; exit 1; fi; \
	echo "Making $(VENV) with $$found"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

# $(call install,what): the package in place, its dependencies at the pinned versions.
ifneq ($(UV),)
install = uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '$(1)'
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '$(1)'
endif

$(CORE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the pinned dependencies into $(VENV) (once; about a minute)"
	@$(call install,.)
	@touch $@

$(FULL): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the pinned dependencies and the test tools into $(VENV) (once; one or two minutes)"
	@$(call install,.[test])
	@touch $(CORE) $@

# What only the measures need: the libraries that stand beside our own.
$(PEERS): pyproject.toml constraints.txt | $(FULL)
	@echo "Installing what the measures compare with into $(VENV) (once)"
	@$(call install,.[bench])
	@touch $@

# Another project's work (Bootstrap Icons), therefore made here and not committed.
$(ICONS): scripts/cut_icons.py | $(CORE)
	$(BIN)/python scripts/cut_icons.py

# Vega, Vega-Lite and Vega-Embed out of vl-convert: likewise. Pages are complete without it.
$(VEGA): scripts/write_chart_bundle.py | $(CORE)
	$(BIN)/python scripts/write_chart_bundle.py

# The tests look for a browser themselves (tests/fixtures_browser.py). Without one they leave their part out and say so,
# except in CI.
browser: $(FULL)
	@has_browser() { $(BIN)/python -c 'import sys; from tests.fixtures_browser import find_chromium; sys.exit(not find_chromium())'; }; \
	if ! has_browser && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing chromium for the browser tests (once)"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } \
	        >/dev/null || echo "The package chromium could not be installed." >&2; \
	fi; \
	if ! has_browser; then \
	    if [ "$$CI" = true ]; then echo "CI leaves nothing out, and there is no chromium." >&2; exit 1; fi; \
	    echo "No chromium: the browser tests are left out. Install the package chromium, or set CPRAC_CHROMIUM."; \
	fi
