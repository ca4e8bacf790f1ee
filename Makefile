# The two commands: `make run` shows the product, `make test` runs all tests. Both set up what is missing.
SHELL := /bin/bash
.DELETE_ON_ERROR:
PORT ?= 8080
HOST ?= 127.0.0.1
STORE ?= demonstration
HOUSEHOLDS ?= 300
ON_BOTH_ENGINES := '(PopulationRegister|SocialRegister|Programmes|Agency)Tests|RecordStoreTests\.(RecordStore|Log|AddedColumn|KeyCheck)'
# What waits for servers and for time: one after the other, so that no other test takes the processor away from it.
ONE_BY_ONE := '^(StorageTests|FaultTests)\.|RecordStoreTests\.(Jobs|Idempotency|LostAnswer)|BulkImportTests'
# The runner prints the arguments of every case, whole documents among them; failures name their own.
WITHOUT_ARGUMENTS := grep --line-buffered --invert-match 'Test case passing .* started\.$$'

.PHONY: run test build setup setup-test release format lint benchmark clean help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: build ## set up, build, make a demonstration store and serve it
	.build/debug/sijill serve --demonstration --households $(HOUSEHOLDS) --store $(STORE) --host $(HOST) --port $(PORT)

build: setup ## the program, for debugging
	swift build --product sijill

test: setup-test ## all tests; those of the registers on both engines
	swift build --build-tests
	set -o pipefail; swift test --skip-build --skip $(ONE_BY_ONE) | $(WITHOUT_ARGUMENTS)
	set -o pipefail; swift test --skip-build --no-parallel --filter $(ONE_BY_ONE) | $(WITHOUT_ARGUMENTS)
	set -o pipefail; SIJILL_TEST_ENGINE=postgresql swift test --skip-build --no-parallel --filter $(ON_BOTH_ENGINES) \
		| $(WITHOUT_ARGUMENTS)

setup: ## Debian's packages that the program needs
	@scripts/setup

setup-test: ## those and what the tests need: a browser and its driver
	@scripts/setup --tests

release: setup ## the program, optimised: .build/release/sijill
	swift build -c release --product sijill

format: ## rewrite the sources in the house's format
	swift format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

lint: ## say what is not in the house's format
	swift format lint --recursive --parallel Sources Tests Benchmarks Package.swift

benchmark: ## the figures of the README
	Benchmarks/run

clean: ## forget what was built and the demonstration store
	rm -rf .build $(STORE)
