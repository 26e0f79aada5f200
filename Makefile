.DEFAULT_GOAL := help
RUN := .venv/bin/python -m
# On two cores one more: tests that wait for a peer leave theirs free.
WORKERS ?= 3
# Compiled modules are kept: hundreds of processes that tests start would compile them anew.
export PYTHONDONTWRITEBYTECODE =
# Where there is room, what tests write lies in memory: they sync thousands of files.
IN_MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "TMPDIR=/dev/shm"}')

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

demo: .venv/ready ## play a day of traffic on loopback; KEEP=1 leaves it running
	@.venv/bin/facteur demo $(if $(KEEP),--keep)

test: .venv/tested ## the fast suite; what needs seconds or other programs is among the scenarios
	$(IN_MEMORY) $(RUN) pytest -q -n $(WORKERS) --dist loadfile

check: lint types walls test postgresql simulator scenarios ## everything that must be green

postgresql: .venv/tested ## what the fast suite shows of SQLite, of PostgreSQL
	$(IN_MEMORY) $(RUN) pytest -q -n $(WORKERS) --dist loadfile tests -m postgresql

lint: .venv/ready ## style and formatting
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: .venv/ready ## mypy, strict
	$(RUN) mypy

walls: .venv/ready ## who may import whom
	.venv/bin/lint-imports

scenarios: .venv/tested ## real processes, other programs, long sweeps: what the fast suite leaves out
	$(RUN) pytest -q tests -m scenario

simulator: .venv/tested ## 500 lives of an archive on a disk that dies, fills up and breaks
	$(RUN) tests.archive.simulator --count 500

tamper: .venv/tested ## whatever is done to an archive or an export: found, and named
	$(RUN) tests.tamper.suite

covered: .venv/tested ## every branch of the archive's log, commit and verifiers is tested
	$(RUN) tests.archive.covered

properties: .venv/tested ## the laws again, with forty times as many examples, drawn anew
	FACTEUR_EXAMPLES=search $(RUN) pytest -q -n $(WORKERS) tests/properties

oracles: .venv/tested ## others judge what we write: XSD, PDF/A, pdfsig, openssl, xmlsec1, Go
	$(RUN) tests.oracles.judge

faults: .venv/tested ## kills, misbehaving peers, a full disk, PostgreSQL restarted; judged at the peers
	$(RUN) bench.faults

bench: .venv/tested ## documents a second, intake, validation, the SFTP door, drafts, memory, the archive; kept in bench/*.json
	$(RUN) bench.run
	$(RUN) bench.validation
	$(RUN) bench.intake
	$(RUN) bench.sftp_door
	$(RUN) bench.layout_draft
	$(RUN) bench.mail
	$(RUN) bench.backlog
	$(RUN) bench.print_job
	$(RUN) bench.archive
	$(RUN) bench.archive_index --keep

format: .venv/ready ## mend style and formatting
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

lock: ## renew uv.lock
	tools/setup.sh lock

image: ## build the container image
	docker build -t facteur .

.venv/ready: uv.lock pyproject.toml tools/setup.sh
	@tools/setup.sh run

.venv/tested: .venv/ready
	@tools/setup.sh test

.PHONY: help demo test check lint types walls postgresql scenarios simulator tamper covered properties oracles faults bench format lock image
