# Names for what package.json and hack/ do, after the dependencies are there.
.DEFAULT_GOAL := help

# Written by npm at the end of an install.
installed := node_modules/.package-lock.json
run := npm run --silent
# The script of the target's own name in hack, bench or a folder of test, run by the Node that came
# with the dependencies.
script = PATH="$(CURDIR)/node_modules/.bin:$$PATH" zx $(wildcard hack/$@.ts bench/$@.ts test/*/$@.ts)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo dev start
demo: | ready ## plays the life of a CoinFlip on a real NATS server, without a cluster (a few seconds)
	@$(run) demo
dev: | ready ## a playground in the browser: the service, a NATS server, reload, logs, until Ctrl-C
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
build: | ready ## the service as one file, dist/main.js
	@$(run) build

.PHONY: manifests
manifests: | ready ## the CRD that follows from the schema; npm run manifests -- --check only looks
	@$(run) manifests

.PHONY: docker-build docker-push test-image install-yaml
docker-build: | ready ## the image, named by IMG=; DOCKER_BUILD_ARGS= has more options of docker build
	@$(script)
docker-push: | ready ## the image IMG= to its registry
	@$(script)
test-image: | ready ## builds the image and tests it as its pod runs it; needs Docker
	@$(script)
install-yaml: | ready ## prints all that belongs into a cluster beside Metacontroller, with the image IMG=
	@$(script)

.PHONY: test-browser
test-browser: | ready ## the playground in a real Chromium; SCREENSHOTS=docs/images for the README's; ARGS=
	@$(script) $(ARGS)

.PHONY: test-monitoring
test-monitoring: | ready ## alerts, dashboard and runbook, with a real Prometheus and API server; ARGS=
	@$(script) $(ARGS)

.PHONY: test-docs
test-docs: | ready ## does what the tutorial says, from an empty folder; ARGS=docs/tutorial.md WRITE=1
	@$(script) $(ARGS)

.PHONY: e2e
e2e: | ready ## all on a real Kubernetes: MODE=host, cluster or both; ARGS=deletion for some; RECORD=1
	@$(script) $(ARGS)

.PHONY: fuzz floods
fuzz: | ready ## calls made up from the OpenAPI description, every answer checked; SECONDS= SEED=
	@$(script)
floods: | ready ## attacks over HTTP/1.1, TLS and HTTP/2 beside a well-behaved caller; SECONDS= SIZE=short ONLY=
	@$(script)

.PHONY: chaos test-chaos healing
chaos: | ready ## kills all while flips come, counts messages; SEED= SIZE=short BROKERS=3 MUTANTS=1 FLOODS=1
	@$(script)
test-chaos: | ready ## that chaos finds the leader among three nats-servers, and the next; ARGS=
	@$(run) test -- --disable-coverage test/chaos/nats-cluster.test.ts $(ARGS)
healing: | ready ## how soon changed objects are right after an outage, 25 minutes; OBJECTS= RESYNC=
	@$(script)

.PHONY: overload soak rolling-restart
overload: | ready ## calls at 3 times the capacity for a minute; SECONDS= MAX_DELAY_MS= and other limits
	@$(script)
soak: | ready ## 10 minutes at half load: does memory grow, or what is open; MINUTES=
	@$(script)
rolling-restart: | ready ## replaces the replicas under steady calls, and counts failed ones; CALLS=
	@$(script)

.PHONY: install uninstall run deploy undeploy doctor
install: | ready ## the CRD into the cluster of the current context
	@$(script)
uninstall: | ready ## the CRD out of it; DELETE_COINFLIPS=1 deletes what there is of them first
	@$(script)
run: | ready ## the controller on this machine for that cluster, until Ctrl-C; NATS_URL=
	@$(script)
deploy: | ready ## all into the cluster, Metacontroller too if absent; IMG= NATS_URL= NATS_CREDS= TLS=off
	@$(script)
undeploy: | ready ## all out of it but histories and messages; FORCE=1 if deletions cannot finish
	@$(script)
doctor: | ready ## looks at everything, changes nothing, and tells what is wrong and what helps; NATS_URL=
	@$(script)

.PHONY: kind-up kind-down samples flip listen resync republish
kind-up: | ready ## a KIND cluster with everything in it, and a notification
	@$(script)
kind-down: | ready ## that cluster away again
	@$(script)
samples: | ready ## creates the sample CoinFlips that are missing; NAMESPACE=
	@$(script)
flip: | ready ## one more flip of NAME=; FACE=Heads or Tails, random without; NAMESPACE=
	@$(script)
listen: | ready ## prints notifications as they arrive, until Ctrl-C; NATS_URL=
	@$(script)
resync: | ready ## has NAME=, or every CoinFlip, looked at now; NAMESPACE=
	@$(script)
republish: | ready ## publishes all of NAME= again, for a stream that was lost; NAMESPACE=
	@$(script)

.PHONY: bench bench-e2e scale
bench: | ready ## the hook beside raw node:http and Go, 6 minutes; QUICK=1 takes one and only prints
	@$(script)
bench-e2e: | ready ## the operator beside one on controller-runtime; COUNT=1000,5000 ROUNDS=5,1 QUICK=
	@$(script)
scale: | ready ## many objects: a steady resync, two Metacontrollers, 100,000 CoinFlips; PARTS= MANY= QUICK=
	@$(script)

$(installed): package-lock.json
	@echo 'installing the dependencies' >&2
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

# Node 24 comes with the dependencies where npm has one for the platform.
.PHONY: ready
ready: | $(installed)
	@test -x node_modules/.bin/node || node hack/need-node.js
