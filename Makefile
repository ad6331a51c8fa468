# Kaijian (开鉴). Debian with python3, python3-venv and make is all that a new machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
# A folder of wheels for machines without a network: make install WHEELS=/media/usb/wheels
WHEELS ?=
# Optional parts beside the development tools: make test EXTRAS=dev,ocr,torch,cluster (tests that need a part skip without)
EXTRAS ?= dev,ocr
PIP_SOURCE := $(if $(WHEELS),--no-index --find-links $(WHEELS),)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run install install-dev browser office postgresql check test bench clean

run: install
	@WORKBENCH_HOME=$${WORKBENCH_HOME:-var/demo} $(BIN)/workbench demo --if-absent
	@WORKBENCH_HOME=$${WORKBENCH_HOME:-var/demo} $(BIN)/workbench serve --port $(PORT)

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_SOURCE) -c constraints.txt "setuptools>=77" wheel
	$(BIN)/python -m pip install --quiet $(PIP_SOURCE) -c constraints.txt --no-build-isolation -e .
	@touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet $(PIP_SOURCE) -c constraints.txt --no-build-isolation -e ".[$(EXTRAS)]"
	@touch $@

# Debian's Chromium drives the browser tests; without root we only say what to install.
browser:
	@if ! command -v chromium >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	  else echo "browser tests will be skipped: apt-get install chromium fonts-noto-cjk"; fi; fi

# LibreOffice opens every docx in a test (84 MB to fetch); without it that test is skipped and says so.
office:
	@if ! command -v soffice >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-writer-nogui fonts-noto-cjk >/dev/null; \
	  else echo "the test that opens docx files will be skipped: apt-get install libreoffice-writer-nogui fonts-noto-cjk"; fi; fi

# A throw-away PostgreSQL server is made by the tests that claim it; without the programs they are skipped and say so.
postgresql:
	@if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	  else echo "the tests on PostgreSQL will be skipped: apt-get install postgresql"; fi; fi

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/workbench rules check
	$(BIN)/python -m pytest tests/contract -q

test: install-dev browser office postgresql check
	$(BIN)/python -m pytest

bench: install-dev
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
