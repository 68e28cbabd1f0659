PYTHON ?= python3
ARGS ?=
MINUTES ?= 2
JOBS ?= 10000

# Compiled Python goes where everything else goes.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.run/pycache

.PHONY: demo stop test test-demo lint dist readme icons bench pictures soak soak-ledger soak-edi soak-queue test-odoo shell clean

demo: ## Odoo with our addons, demo data, traffic and Prometheus
	@$(PYTHON) -m setup demo

stop: ## end everything this checkout has started
	@$(PYTHON) -m setup stop

test: ## all tests; make test ARGS="-k refused" or LANE=unit runs some
	@$(PYTHON) -m setup test $(if $(LANE),--lane=$(LANE)) $(ARGS)

test-demo: ## look at the demo in a browser as its users do; ARGS="-k phone" runs some
	@$(PYTHON) -m setup test-demo $(ARGS)

pictures: ## take the pictures of README.md and docs/ from the demo
	@$(PYTHON) -m setup pictures

dist: ## a wheel of each addon, in .run/dist
	@$(PYTHON) -m setup dist

readme: ## README.rst and index.html of each addon, from its readme/*.md
	@$(PYTHON) -m setup readme

icons: ## draw the icon of each addon
	@$(PYTHON) -m setup icons

lint: ## style, OCA's checks, JavaScript, links, and what README.md promises
	@$(PYTHON) -m setup lint

bench: ## measure, and write docs/benchmarks.md; ARGS="visit" runs some
	@$(PYTHON) -m setup bench $(ARGS)

soak: ## work while everything is killed, then compare; MINUTES=30 for longer
	@$(PYTHON) -m setup soak $(MINUTES)

soak-ledger: ## 20,000 attempts while PostgreSQL is restarted; none lost, none doubled
	@$(PYTHON) -m setup soak-ledger

soak-edi: ## 5,000 EDI documents with random faults; the ledger says what partners did
	@$(PYTHON) -m setup soak-edi

soak-queue: ## 10,000 jobs while workers and the runner are killed; JOBS=1000 for fewer
	@$(PYTHON) -m setup soak-queue $(JOBS)

test-odoo: ## Odoo's own tests with our addons and without; ARGS="sale stock" runs some
	@$(PYTHON) -m setup test-odoo $(ARGS)

shell: ## a Python prompt inside the demo database
	@$(PYTHON) -m setup shell

clean: ## forget everything, as on a new machine
	@$(PYTHON) -m setup clean
