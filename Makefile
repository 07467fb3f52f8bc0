# Names for what package.json and hack/ do, after the dependencies are there.
.DEFAULT_GOAL := help

# Written by npm at the end of an install.
installed := node_modules/.package-lock.json
run := npm run --silent

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo dev start
demo: | ready ## plays the life of a CoinFlip on a real NATS server, without a cluster (a few seconds)
	@$(run) demo
dev: | ready ## the service with a NATS server, reload and readable logs, until Ctrl-C
	@$(run) dev
start: | ready ## the production build, against NATS_URL
	@$(run) start

.PHONY: test lint format check build
test: | ready ## all tests with coverage; ARGS=test/domain for some of them
	@$(run) test -- $(ARGS)
lint: | ready ## style and formatting, as CI checks them
	@$(run) lint
format: | ready ## puts right what lint finds, as far as that goes
	@$(run) format
check: | ready ## the types
	@$(run) check
build: | ready ## JavaScript into dist/
	@$(run) build

$(installed): package-lock.json
	@echo 'installing the dependencies' >&2
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

# Node 24 comes with the dependencies where npm has one for the platform.
.PHONY: ready
ready: | $(installed)
	@test -x node_modules/.bin/node || node hack/need-node.js
