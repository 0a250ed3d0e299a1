# Parterre. `make` alone prints this list. The work is done by the scripts in .ci, which say in their first lines what
# they do; .ci/lib.sh lists them.
#
# Variables: ARGS (for run, demo, bench), ONLY, RACE, GO_PACKAGES, GO_TIMEOUT (for test), FUZZTIME (for fuzz).

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check fmt bench demo fuzz verify build web postgres hooks clean clean-data

help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install what is missing, build and serve https://localhost:8443 (ARGS="--listen :9443")
	@exec .ci/start $(ARGS)

test: ## install what tests need and run all of them: Go, TypeScript, browser (ONLY="go web e2e")
	@exec .ci/test

check: ## format, vet, lint, import policy, types: fast, needs no database
	@exec .ci/check

fmt: ## format the Go code and the pages' sources
	@go tool -modfile=.ci/tools.mod gofumpt -w $$(find . -mindepth 1 -maxdepth 1 -type d ! -name '.*' ! -name var ! -name bin) .ci
	@.ci/web packages && cd apps/web && npm run -s format

bench: build ## measure codes, printing, sales and the seat map on this machine (ARGS=map: the map alone)
	@exec .ci/bench $(ARGS)

demo: build ## load the demo world without serving it
	@exec bin/parterre demo $(ARGS)

fuzz: ## run each fuzz target for FUZZTIME (default 10s)
	@exec .ci/fuzz

verify: ## generated files are up to date
	@exec .ci/verify

build: web ## the pages and bin/parterre
	@. .ci/lib.sh && go_build

web: ## the pages alone, when their sources have changed
	@exec .ci/web

postgres: ## fetch PostgreSQL into var/ where nobody may install it (no root needed)
	@exec .ci/postgres

hooks: ## check each commit of this clone before it is made
	git config core.hooksPath .githooks

clean: ## remove what was built; data in var/ stays
	find apps/web/dist -mindepth 1 ! -name .keep -delete 2>/dev/null || true
	rm -rf bin apps/web/test-results apps/web/node_modules var/web.stamp var/test-reports

clean-data: ## remove the database and the certificates of this checkout (asks first)
	@exec .ci/clean-data
