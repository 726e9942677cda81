# Two commands matter: `make run` starts Cercle, `make test` proves it. The rest is for those who work on it.
# Nothing is needed beforehand but make and Python 3.11 with its venv module; scripts/setup says what is missing.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run run-cluster rolling-restart test lint unit journeys bench bench-media bench-hospital bench-rooms \
  bench-peers bench-scale bench-held bench-hostile bench-spread bench-life soak screenshots messages

PY := .venv/bin/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.runtime $(CATALOGUES) ## make the environment that the service needs (run does it by itself)

run: setup ## start Cercle on http://localhost:$PORT (8000), its data in $CERCLE_DATA (var/)
	@exec $(PY) -m config.supervisor --end-with-parent

run-cluster: setup ## start a whole site here: PostgreSQL, Redis, S3, HAProxy, several of each process (FORMATION=web=2,worker=2)
	@scripts/setup cluster
	@exec $(PY) -m config.cluster --end-with-parent --formation "$(FORMATION)"

rolling-restart: setup ## restart what serves under run-cluster, one process after the other, so that nobody is sent away
	@$(PY) -m config.supervisor.roll

test: setup-dev lint unit journeys ## install what the tests need and run them all, as CI does

setup-dev: .venv/.dev $(CATALOGUES)
	@scripts/setup servers

lint: .venv/.dev ## style, types and who may import whom
	$(PY) -m ruff check .
	$(PY) -m mypy .
	.venv/bin/lint-imports

unit: setup-dev ## every test but the browser's
	$(PY) -m pytest tests --ignore tests/journeys -n 3 --dist loadfile

# A process of its own: Playwright's synchronous API runs a loop in the thread that the asynchronous tests want.
journeys: setup-dev ## several people in several real browsers
	$(PY) -m pytest tests/journeys || { echo "Once more, in new browsers, what failed:"; \
	  $(PY) -m pytest tests/journeys --last-failed --last-failed-no-failures none; }

bench: setup-dev ## deliveries, posts, latency, memory, beside two references measured in the same run
	$(PY) -m tests.bench

bench-media: setup-dev ## files: sealed beside plain streaming, ranges, memory, photos and notes on other screens
	$(PY) -m tests.bench.media

bench-hospital: setup-dev ## hospitals' messages: answered per second, to the screens, beside posts with and without a backlog
	$(PY) -m tests.bench.hospitals

bench-rooms: setup-dev ## pages of a full circle: server time of thread, summary, tasks, agenda, plan, sheets, beside an empty circle
	$(PY) -m tests.bench.rooms

bench-peers: setup-dev ## deliveries and posts beside Prosody, ejabberd, the floor and the tutorial, archives in PostgreSQL
	@scripts/setup peers
	$(PY) -m tests.bench.peers

bench-scale: setup-dev ## a thread, my patients and a post in a database of 10 million lines, beside one of 1 %, plans explained
	$(PY) -m tests.bench.scale

bench-held: setup-dev ## 15,000 idle signed-in sockets in one process: memory of each, handshakes a second
	$(PY) -m tests.bench.held

bench-hostile: setup-dev ## readers who stop and clients who flood: what they cost the server and their neighbours
	$(PY) -m tests.bench.hostile

bench-spread: setup-dev ## deliveries of two web processes, sockets hashed by patient, beside those of one
	$(PY) -m tests.bench.spread

bench-life: setup-dev ## load as in life: overlapping circles, posts, read marks, typing, photos, in growing steps
	$(PY) -m tests.bench.life

soak: setup-dev ## the long fault runs: 200 kills and cuts of the whole house under 100,000 posts, 5,000 sockets dropped at once, 10,000 ends of memberships, alerts, hospitals
	$(PY) -m tests.faults
	$(PY) -m tests.faults.rolling --rounds 10

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
