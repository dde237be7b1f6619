# The commands of the workbook. `make apps` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8866
IP ?= 127.0.0.1
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

.PHONY: apps lab demo test check format bench lock bundle messages clean

apps: $(VENV)/.installed
	$(BIN)/ccwb apps --ip $(IP) --port $(PORT)

lab: $(VENV)/.installed
	$(BIN)/ccwb lab

demo: $(VENV)/.installed
	$(BIN)/ccwb demo

# Everything, the pages in the browser last: two at a time, each with a browser and a server of its own.
test: $(VENV)/.tested
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --ignore=tests/browser || failed=1; \
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=2 --dist=loadfile tests/browser || failed=1; exit $${failed:-0}

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks

# The environment: pinned versions from the lock files, then the package itself, linked.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing the workbook into $(VENV) (one or two minutes the first time) ..."
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'ccwb needs Python 3.11 or newer; this is ' + sys.version.split()[0] + '. Try: make apps PYTHON=python3.11')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps -e .
	@echo "Making the roster's solver ready (half a minute, once) ..."
	@$(BIN)/python -c "from ccwb.schedule.roster import ready; ready()"
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-test.lock
	@echo "Installing what the tests need ..."
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements-test.lock
	@touch $@

# For maintainers: new lock files after a change in pyproject.toml (needs uv).
lock:
	$(LOCK) --extra build --extra speed --extra reports --output-file requirements.lock pyproject.toml
	$(LOCK) --extra build --extra test --constraint requirements.lock --output-file requirements-test.lock pyproject.toml

# For translators: every text of the workbook in ccwb/locale/ccwb.pot, which is not kept, and the catalogues up to it.
messages: $(VENV)/.installed
	$(BIN)/python -m ccwb.ui.make_catalogues

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis

# For maintainers: the chart bundle again, after Altair's Vega-Lite version has changed (needs vl-convert-python).
bundle: $(VENV)/.installed
	$(BIN)/python ccwb/ui/static/make_bundle.py
