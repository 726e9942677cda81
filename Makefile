# Two commands matter: `make run` starts Cercle, `make test` proves it. The rest is for those who work on it.
# Nothing is needed beforehand but make and Python 3.11 with its venv module; scripts/setup says what is missing.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint unit journeys bench bench-media soak screenshots messages

PY := .venv/bin/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.runtime $(CATALOGUES) ## make the environment that the service needs (run does it by itself)

run: setup ## start Cercle on http://localhost:$PORT (8000), its data in $CERCLE_DATA (var/)
	@exec $(PY) -m config.supervisor --end-with-parent

test: setup-dev lint unit journeys ## install what the tests need and run them all, as CI does

setup-dev: .venv/.dev $(CATALOGUES)
	@scripts/setup servers

lint: .venv/.dev ## style, types and who may import whom
	$(PY) -m ruff check .
	$(PY) -m mypy .
	.venv/bin/lint-imports

unit: setup-dev ## every test but the browser's
	$(PY) -m pytest tests --ignore tests/journeys -n 2 --dist loadfile

# A process of its own: Playwright's synchronous API runs a loop in the thread that the asynchronous tests want.
journeys: setup-dev ## several people in several real browsers
	$(PY) -m pytest tests/journeys || { echo "Once more, in new browsers, what failed:"; \
	  $(PY) -m pytest tests/journeys --last-failed --last-failed-no-failures none; }

bench: setup-dev ## deliveries, posts, latency, memory, beside two references measured in the same run
	$(PY) -m tests.bench

bench-media: setup-dev ## files: sealed beside plain streaming, ranges, memory, photos and notes on other screens
	$(PY) -m tests.bench.media

soak: setup-dev ## kill server and worker 20 times while four people write; end memberships 2,000 times against what their owners do
	$(PY) -m tests.faults --kills 20 --races 2000

screenshots: setup-dev ## every page at 360 and 1440 px, light and dark, into var/screenshots/
	$(PY) -m tests.screenshots

messages: .venv/.dev ## gather the words to translate into locale/ (needs GNU gettext)
	@command -v xgettext >/dev/null || { echo "The package gettext is missing: sudo apt-get install gettext"; exit 1; }
	$(PY) manage.py makemessages --locale fr --no-location --no-obsolete

.venv/.runtime: pyproject.toml uv.lock scripts/setup
	@scripts/setup runtime

.venv/.dev: pyproject.toml uv.lock scripts/setup
	@scripts/setup dev

%.mo: %.po | .venv/.runtime
	@echo "Translations: $*"
	@.venv/bin/pybabel --quiet compile -i $< -o $@
