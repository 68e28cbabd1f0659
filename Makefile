PYTHON ?= python3
ARGS ?=
MINUTES ?= 2
JOBS ?= 10000
REHEARSALS ?= 1000
REAL_RUNS ?= 100

# Compiled Python goes below .run/, too.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.run/pycache

.PHONY: demo stop test test-demo lint dist readme translations icons bench pictures soak soak-ledger soak-edi soak-queue soak-rehearsals soak-real-runs test-odoo shell clean

demo: ## run Odoo with our addons, demo data, traffic and Prometheus
	@$(PYTHON) -m setup demo

stop: ## stop everything that this checkout has started
	@$(PYTHON) -m setup stop

test: ## run all tests; make test ARGS="-k refused" or LANE=unit runs some
	@$(PYTHON) -m setup test $(if $(LANE),--lane=$(LANE)) $(ARGS)

test-demo: ## test the demo in a browser, as its users; ARGS="-k phone" runs some
	@$(PYTHON) -m setup test-demo $(ARGS)

pictures: ## take the pictures of README.md and docs/ from the demo
	@$(PYTHON) -m setup pictures

dist: ## build a wheel of each addon, in .run/dist
	@$(PYTHON) -m setup dist

readme: ## make README.rst and index.html of each addon from its readme/*.md
	@$(PYTHON) -m setup readme

translations: ## export the terms of each addon, and merge them into its i18n/*.po
	@$(PYTHON) -m setup translations

icons: ## draw the icon of each addon
	@$(PYTHON) -m setup icons

lint: ## check style, addons, JavaScript, links, words, and commands in README.md
	@$(PYTHON) -m setup lint

bench: ## run benchmarks, and write docs/benchmarks.md; ARGS="polling" runs some
	@$(PYTHON) -m setup bench $(ARGS)

soak: ## work while everything is killed, then compare counts; MINUTES=30 for longer
	@$(PYTHON) -m setup soak $(MINUTES)

soak-ledger: ## record 20,000 attempts while PostgreSQL is restarted; faults behind PgBouncer
	@$(PYTHON) -m setup soak-ledger

soak-edi: ## send 5,000 EDI documents with random faults, and compare the ledger
	@$(PYTHON) -m setup soak-edi

soak-queue: ## run 10,000 jobs while workers and the runner are killed; JOBS=1000 for fewer
	@$(PYTHON) -m setup soak-queue $(JOBS)

soak-rehearsals: ## rehearse 1,000 times while users sell and ship; REHEARSALS=100 for fewer
	@$(PYTHON) -m setup soak-rehearsals $(REHEARSALS)

soak-real-runs: ## run 100 orders over HTTP, kill probes and workers; REAL_RUNS=20 for fewer
	@$(PYTHON) -m setup soak-real-runs $(REAL_RUNS)

test-odoo: ## run Odoo's own tests with our addons and without; ARGS="sale stock" runs some
	@$(PYTHON) -m setup test-odoo $(ARGS)

shell: ## open a Python prompt in the demo's database
	@$(PYTHON) -m setup shell

clean: ## delete everything that was set up
	@$(PYTHON) -m setup clean
