# `make` lists what there is. Every target installs what is missing first (scripts/bootstrap).
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# debug or release: what `make run` and `make build` build.
CONFIGURATION ?= release
SWIFT_BUILD_FLAGS ?= --explicit-target-dependency-import-check error

.PHONY: help bootstrap build run test test-swift test-system bench bench-turn bogo soak fuzz format check-format check-sources clean

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

bootstrap: ## Install what building and testing needs
	@scripts/bootstrap

build: bootstrap ## Build the martlet program (CONFIGURATION=release or debug)
	swift build $(SWIFT_BUILD_FLAGS) --configuration $(CONFIGURATION) --product martlet

run: build ## Start a TURN server on this machine and print how to try it
	@scripts/run-dev .build/$(CONFIGURATION)/martlet

test: test-swift test-system ## Run every test

test-swift: bootstrap ## Run the Swift tests
	@scripts/test-swift $(SWIFT_BUILD_FLAGS)

test-system: bootstrap ## Run the tests of the whole program with other people's clients
	swift build $(SWIFT_BUILD_FLAGS) --product martlet
	swift build $(SWIFT_BUILD_FLAGS) --product DTLSPeer
	scripts/pytest -q Tests/System

bench: bootstrap ## Run the benchmarks and compare with their thresholds
	@scripts/bench

bench-turn: bootstrap ## Relay with Martlet and with coturn on this machine and compare their CPU time per packet
	swift build $(SWIFT_BUILD_FLAGS) --configuration release --product martlet
	scripts/bench-turn --martlet .build/release/martlet

bogo: bootstrap ## Run BoringSSL's DTLS tests with a runner that you have built (RUNNER=path)
	@scripts/bogo "$(RUNNER)"

soak: bootstrap ## Compare SRTP's back ends on half a million packets of each profile
	MARTLET_SOAK=1 swift test --configuration release -Xswiftc -enable-testing --scratch-path .build-soak --filter AgreementTests

fuzz: bootstrap ## Fuzz each parser for FUZZ_SECONDS (10)
	@scripts/fuzz

format: ## Format the Swift sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

check-format: ## Fail on a Swift source that is not formatted
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	@echo "check-format: clean"

check-sources: ## Fail on what the project's rules forbid
	@scripts/check-sources

clean: ## Remove everything that was built
	rm -rf .build .build-fuzz .build-soak Benchmarks/.build Interop/.build artefacts
