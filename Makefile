# Two commands do all the set-up: `make demo` and `make test`. Python 3.11 or newer is all they need.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
BIN := .venv/bin

# A module is compiled once, also where the machine would have it otherwise: the suite alone has four hundred of its own.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset complete-orders test browser screenshots prove fuzz race prove-billing coverage-engine mutate-engine kill-billing kill-licences kill-web tear restore-drill bench bench-lists bench-create bench-billing bench-books bench-doors bench-peers baselines check format lock clean

help:
	@echo "make demo        serve a demo on 127.0.0.1:$${PORT:-8000}, seeded when its database is empty"
	@echo "make demo-reset  throw the demo's data away and seed it again, without serving"
	@echo "make complete-orders  complete the licence orders that wait in the demo"
	@echo "make test        the whole suite, on PostgreSQL (TESTS=path and PYTEST_ARGS=... narrow it)"
	@echo "make browser     install Chromium for the tests that look at the desk with one, where we can"
	@echo "make screenshots photograph a fresh demo for docs/images"
	@echo "make prove       every promise put to the test at length, one table of figures (N, FORMS, ROUNDS, THREADS, FAULTS, TAMPERS, KILLS, ..., SEED)"
	@echo "make fuzz        hostile requests to every door (N for each in the mean) to forms of the desk (FORMS), and by each door's document (EACH); SEED"
	@echo "make race        many at once, and one winner (N rounds of each race, THREADS); SABOTAGE=approved-unlocked plants a bug, with which it must fail"
	@echo "make prove-billing  live random orders against a model of the rule book (EXAMPLES, STEPS)"
	@echo "make coverage-engine  every branch of billing/engine, or what its tests miss"
	@echo "make mutate-engine  every mutant of billing/engine, or those that survive (MODULES=\"money tax\")"
	@echo "make kill-billing   kill billing runs 200 times at random moments (KILLS, AGREEMENTS, SEED)"
	@echo "make kill-licences  kill the workers of licences 25 times each at random moments (KILLS, ORDERS, SEED)"
	@echo "make kill-web    kill workers of the web process 200 times while clients create and approve orders (KILLS, SEED)"
	@echo "make tear        tear the wire to the database at every question of a write, and slow it down (TEARS: one of so many)"
	@echo "make restore-drill  back a lived-in database up and restore it by the lines of docs/operations.md (BACKUPS, SEED)"
	@echo "make baselines   rewrite tests/budgets/baseline.toml: what requests, screens and commands cost apart from time"
	@echo "make bench       every benchmark beside its floor and one table (ORDERS, INVOICES, ROUNDS, DOORS, JSON=file)"
	@echo "make bench-lists  pages of the desk and of Day Zero's lists with a million orders stored (ORDERS, ROUNDS, JSON=file)"
	@echo "make bench-doors  each door's list of orders with a hundred thousand of its own stored (ORDERS, ROUNDS, DOORS, JSON=file)"
	@echo "make bench-create  the rate of creating orders at the doors beside plain SQL (ORDERS, ROUNDS, DOORS, JSON=file)"
	@echo "make bench-billing  the rate of a billing run beside set-based SQL (INVOICES, ROUNDS, JSON=file)"
	@echo "make bench-books  verify_books over a million invoice lines: seconds of server and Python, peak memory (ORDERS, JSON=file)"
	@echo "make bench-peers  the same rate beside django-oscar's, which it installs below var/ (ORDERS, ROUNDS, JSON=file)"
	@echo "make check       formatter, linter, types, imports, migrations, then make test"
	@echo "make format      let the formatter and the linter repair what they can"
	@echo "make lock        rewrite requirements*.txt from requirements*.in"
	@echo "make clean       remove .venv and all local data"

demo: .venv/ready
	@exec $(BIN)/python manage.py demo

complete-orders: .venv/ready
	@$(BIN)/python manage.py complete_orders

demo-reset: .venv/ready
	@exec $(BIN)/python manage.py demo --reset --no-serve

test: .venv/ready-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS) $(TESTS)

browser:
	@.ci/browser

screenshots: .venv/ready-dev
	$(BIN)/python -m tests.browser.screenshots

prove: .venv/ready-dev
	@$(BIN)/python -m tests.prove

fuzz: .venv/ready-dev
	N=$${N:-10000} FORMS=$${FORMS:-500} EACH=$${EACH:-5} SEED=$${SEED:-0} $(BIN)/python -m pytest -n 2 -q --show-capture=no tests/prove/test_fuzz.py tests/prove/test_admin_forms.py tests/prove/test_page_forms.py tests/prove/test_conformity.py

race: .venv/ready-dev
	ROUNDS=$${N:-100} THREADS=$${THREADS:-64} $(BIN)/python -m pytest -n 0 -q -s --show-capture=no tests/prove/test_races.py

prove-billing: .venv/ready-dev
	PROVE_EXAMPLES=$${EXAMPLES:-500} PROVE_STEPS=$${STEPS:-30} $(BIN)/python -m pytest -n 0 tests/proof

coverage-engine: .venv/ready-dev
	$(BIN)/coverage run -m pytest -n 0 -q tests/engine
	$(BIN)/coverage report

mutate-engine: .venv/ready-dev
	$(BIN)/python -m tests.mutation $(MODULES)

kill-billing: .venv/ready-dev
	KILLS=$${KILLS:-200} AGREEMENTS=$${AGREEMENTS:-4000} $(BIN)/python -m pytest -s -n 0 tests/kill/test_kill_billing.py

kill-licences: .venv/ready-dev
	LICENCE_KILLS=$${KILLS:-25} $(BIN)/python -m pytest -s -n 0 tests/kill/test_kill_licences.py

kill-web: .venv/ready-dev
	WEB_KILLS=$${KILLS:-200} $(BIN)/python -m pytest -s -n 0 tests/kill/test_kill_web.py

tear: .venv/ready-dev
	TEARS=$${TEARS:-5} $(BIN)/python -m pytest -s -n 0 --show-capture=no tests/wire

restore-drill: .venv/ready-dev
	BACKUPS=$${BACKUPS:-5} $(BIN)/python -m pytest -s -n 0 --show-capture=no tests/restore

baselines: .venv/ready-dev
	REWRITE_BASELINES=1 $(BIN)/python -m pytest -n 0 -q tests/budgets

bench: .venv/ready-dev
	$(BIN)/python -m bench.whole $${ORDERS:+--orders $$ORDERS} $${INVOICES:+--invoices $$INVOICES} $${ROUNDS:+--rounds $$ROUNDS} $${DOORS:+--doors $$DOORS} $${JSON:+--json $$JSON}

bench-lists: .venv/ready-dev
	$(BIN)/python -m bench.lists --orders $${ORDERS:-1000000} --rounds $${ROUNDS:-5} $${JSON:+--json $$JSON}
	$(BIN)/python -m bench.depth --orders $${ORDERS:-1000000} --rounds $${ROUNDS:-5}

bench-doors: .venv/ready-dev
	$(BIN)/python -m bench.door_lists --orders $${ORDERS:-100000} --rounds $${ROUNDS:-5} $${DOORS:+--doors $$DOORS} $${JSON:+--json $$JSON}

bench-create: .venv/ready-dev
	$(BIN)/python -m bench.create --orders $${ORDERS:-160} --rounds $${ROUNDS:-5} $${DOORS:+--doors $$DOORS} $${JSON:+--json $$JSON}

bench-billing: .venv/ready-dev
	$(BIN)/python -m bench.billing --invoices $${INVOICES:-10000} --rounds $${ROUNDS:-5} $${JSON:+--json $$JSON}

bench-books: .venv/ready-dev
	$(BIN)/python -m bench.books --orders $${ORDERS:-400000} --rounds $${ROUNDS:-1} $${JSON:+--json $$JSON}

bench-peers: .venv/ready-dev
	$(BIN)/python -m bench.peers --orders $${ORDERS:-96} --rounds $${ROUNDS:-5} $${JSON:+--json $$JSON}

check: .venv/ready-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) test

format: .venv/ready-dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock"

lock: .venv/ready-dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) bench/oscar/requirements.in -o bench/oscar/requirements.txt

clean:
	rm -rf .venv var

# Stamps: an environment is rebuilt when its lock has changed.

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

.venv/ready: requirements.txt | .venv/bin/python
	$(INSTALL) -r requirements.txt
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(INSTALL) -r requirements-dev.txt
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Countersign needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv .venv || { \
		echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu it needs the package python3-venv." >&2; rm -rf .venv; exit 2; }
