# Everything a newcomer needs, on a bare Debian machine with python3, make and git.
# `make help` lists the targets; tools/setup.py does the setting up.

PYTHON ?= python3
BIN := .venv/bin
PIP_COMPILE := $(BIN)/uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --fork-strategy fewest
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Set up the virtual environment, packages and front-end files
	@$(PYTHON) tools/setup.py

.PHONY: demo
demo: setup ## Set up, then make three months of believable data, payslips and the report
	@$(BIN)/workforce demo --size small

.PHONY: serve
serve: setup ## Serve the web pages of instance/ on this machine
	@$(BIN)/workforce serve

.PHONY: dev
dev: ## Set up also what the tests need
	@$(PYTHON) tools/setup.py --dev

.PHONY: lint
lint: dev ## Check style, types and the import rule
	@status=0; \
	for check in "ruff check" "ruff format --check" mypy "lint-imports --no-logo"; do \
		echo "$$check"; $(BIN)/$$check || status=1; \
	done; exit $$status

# Where a machine forbids it, each program that a test starts would compile everything anew.
test: export PYTHONDONTWRITEBYTECODE =
.PHONY: test
test: dev ## Set up, then run all checks and tests, at the same time
	@said=$$(mktemp); $(MAKE) --no-print-directory lint >$$said 2>&1 & lint=$$!; status=0; \
	$(BIN)/pytest -n auto --dist loadgroup || status=1; \
	wait $$lint || status=1; cat $$said; rm $$said; exit $$status

.PHONY: coverage
coverage: dev ## Run all tests and tell which lines none of them reaches (twice as long as make test)
	$(BIN)/pytest -n auto --dist loadgroup --cov

.PHONY: bench
bench: setup ## Measure a month's pay of ten thousand people (docs/performance.md)
	$(BIN)/workforce bench payroll $(ARGS)

.PHONY: load
load: dev ## Let fifty visitors walk through a demo's pages and tell how fast they answer
	$(BIN)/python tools/load.py $(ARGS)

.PHONY: fuzz
fuzz: dev ## Compare the engine with the reference on random scenarios (COUNT=…, FIRST=seed)
	$(BIN)/python -m tests.reference.fuzz --count $(or $(COUNT),20000) --first $(or $(FIRST),0)

.PHONY: kill
kill: dev ## Kill workers and runs at random moments and see that all is done once (COUNT=…, FIRST=seed)
	KILL_ROUNDS=$(or $(COUNT),50) KILL_FIRST=$(or $(FIRST),0) $(BIN)/pytest --quiet -n 2 tests/killing

.PHONY: stories
stories: dev ## Pay, correct, reverse and pay again in any order: all figures tie (COUNT=…, FIRST=seed)
	STORIES=$(or $(COUNT),200) STORIES_FIRST=$(or $(FIRST),0) \
		$(BIN)/pytest --quiet -n 2 tests/control/test_any_order.py

.PHONY: attack
attack: dev ## Attack the published statistics, chain, deals and seats of made-up counties (COUNT=…, FIRST=seed) or of an INSTANCE=folder
	$(if $(INSTANCE),ATTACK_INSTANCE=$(INSTANCE),ATTACK=$(or $(COUNT),25) ATTACK_FIRST=$(or $(FIRST),0)) \
		$(BIN)/pytest --quiet -n 2 tests/statistics/test_attacker.py tests/statistics/test_insider_attacker.py \
		tests/chain/test_attacker.py tests/chain/test_deal_attacker.py tests/bureau/test_seat_attacker.py \
			-k "campaign or installation"

.PHONY: board-days
board-days: dev ## Turn the public screen as often as it turns in days: its memory must not grow (COUNT=…)
	BOARD_ROUNDS=$(or $(COUNT),20000) $(BIN)/pytest --quiet tests/e2e/test_board.py -k grows

.PHONY: features
features: dev ## Show which features of tests/features.toml a test proves
	@$(BIN)/pytest --quiet --features

.PHONY: screenshots
screenshots: dev ## Picture the main pages and a payslip of the demo, to static/pictures
	@$(BIN)/python tools/screenshots.py

.PHONY: lock
lock: dev ## Renew the pinned versions (UPGRADE=--upgrade takes the newest)
	$(PIP_COMPILE) pyproject.toml --group build -o requirements/base.txt
	$(PIP_COMPILE) pyproject.toml --group build --group dev --group lock \
		-c requirements/base.txt -o requirements/dev.txt
	$(PIP_COMPILE) --group node -o requirements/node.txt
	npm install --package-lock-only --ignore-scripts

.PHONY: clean
clean: ## Remove what setup and the tools made (never instance/)
	rm -rf .venv static/vendor build dist htmlcov .coverage* .mypy_cache .pytest_cache \
		.ruff_cache .hypothesis .import_linter_cache
