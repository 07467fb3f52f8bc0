# Targets install the dependencies if the lock file changed, then run a script.
.DEFAULT_GOAL := help

# npm writes this file at the end of an install.
installed := node_modules/.package-lock.json
run := npm run --silent
# The first script that has the target's name, run by the Node that came with the dependencies.
script = PATH="$(CURDIR)/node_modules/.bin:$$PATH" zx \
  $(firstword $(wildcard hack/$@.ts bench/$@.ts test/load/$@.ts test/*/$@.ts))

##@ Development

.PHONY: help demo dev format lint check manifests
help: ## list the targets
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
demo: | ready ## play the life of a CoinFlip against a real NATS server, without a cluster (a few seconds)
	@$(run) demo
dev: | ready ## serve a playground in the browser with the service and a NATS server; reloads on change, until Ctrl-C
	@$(run) dev
format: | ready ## fix lint and formatting
	@$(run) format
lint: | ready ## check lint and formatting
	@$(run) lint
check: | ready ## type-check
	@$(run) check
manifests: | ready ## generate the CRD from the schema; npm run manifests -- --check only compares
	@$(run) manifests

##@ Test

.PHONY: test test-browser test-chaos test-chart test-docs test-image test-monitoring test-nats-cli test-package test-release e2e chaos floods fuzz healing overload rolling-restart soak
test: | ready ## run all tests; ARGS=test/domain for some of them, COVERAGE=1 for coverage
	@$(run) test -- $(ARGS)
test-browser: | ready ## run the browser tests of the playground in Chromium; ARGS=, SCREENSHOTS=docs/images writes the pictures
	@$(script) $(ARGS)
test-chaos: | ready ## run the fault injection against a simulated cluster, and against three nats-servers; ARGS=
	@$(run) test -- test/chaos/chaos.test.ts test/chaos/nats-cluster.test.ts $(ARGS)
test-chart: | ready ## compare the Helm chart with manifests/ and install it into an API server; HELM_BIN= ARGS=
	@$(script) $(ARGS)
test-docs: | ready ## run the commands of the documents in an empty folder; ARGS=docs/tutorial.md
	@$(script) $(ARGS)
test-image: | ready ## build the image and test it as its pod runs it; needs Docker
	@$(script)
test-monitoring: | ready ## test alerts, dashboard and runbook with Prometheus and an API server; ARGS=
	@$(script) $(ARGS)
test-nats-cli: | ready ## run the nats commands of the guides with that command, compiled with Go; ARGS=
	@$(script) $(ARGS)
test-package: | ready ## install the packed plugin into an empty folder, from the registry, and test it
	@$(script)
test-release: | ready ## make a release of a copy, and publish it to a registry on this machine
	@$(script)
e2e: | ready ## run the end-to-end cases on a real Kubernetes: MODE=host, cluster or both; ARGS=deletion RECORD=1
	@$(script) $(ARGS)
chaos: | ready ## inject faults while CoinFlips change, and count messages; SEED= SIZE=short BROKERS=3 MUTANTS=1 FLOODS=1
	@$(script)
floods: | ready ## attack the hooks over HTTP/1.1, TLS and HTTP/2 beside a well-behaved caller; SECONDS= SIZE=short ONLY=
	@$(script)
fuzz: | ready ## send calls generated from the OpenAPI description and check each response; SECONDS= SEED=
	@$(script)
healing: | ready ## measure how soon objects recover after an outage (an hour); OBJECTS= RESYNC=
	@$(script)
overload: | ready ## call at 3 times the capacity for a minute; SECONDS=
	@$(script)
rolling-restart: | ready ## replace the replicas under steady calls and count failed calls; CALLS=
	@$(script)
soak: | ready ## run at half load for 10 minutes and watch memory and open connections; MINUTES=
	@$(script)

##@ Build

.PHONY: build pack start docker-build docker-push install-yaml metacontroller-yaml
build: | ready ## bundle the service into one file, dist/main.js
	@$(run) build
pack: | ready ## pack the plugin for Metacontroller's hooks into dist/
	@$(script)
start: | ready ## start the production build; NATS_URL=
	@$(run) start
docker-build: | ready ## build the image IMG=; DOCKER_BUILD_ARGS= adds options of docker build
	@$(script)
docker-push: | ready ## push the image IMG= to its registry
	@$(script)
install-yaml: | ready ## print every manifest except those of Metacontroller, with the image IMG=; COMPONENTS=kubernetes-1.35
	@$(script)
metacontroller-yaml: | ready ## print the manifests of Metacontroller, which are applied first
	@$(script)

##@ Release

.PHONY: prepare-release check-release fill-owner release-files
prepare-release: | ready ## write VERSION= into the files, and give it the unreleased changes of CHANGELOG.md
	@$(script)
check-release: | ready ## check that the files have the version of TAG=, and CHANGELOG.md its changes
	@$(script)
fill-owner: | ready ## put OWNER=alice in the place of OWNER in addresses of this repository
	@$(script)
release-files: | ready ## write what a release of the image IMG= consists of into dist/release; needs Helm and kubectl
	@$(script)

##@ Cluster

.PHONY: install uninstall run deploy undeploy doctor kind-up kind-down samples flip listen resync republish
install: | ready ## install the CRD into the cluster of the current context
	@$(script)
uninstall: | ready ## remove the CRD; DELETE_COINFLIPS=1 deletes the CoinFlips first
	@$(script)
run: | ready ## run the controller on this machine for that cluster, until Ctrl-C; NATS_URL=
	@$(script)
deploy: | ready ## deploy everything, with Metacontroller if it is absent; IMG= NATS_URL= NATS_CREDS= TLS=off
	@$(script)
undeploy: | ready ## remove everything except CoinFlips and messages; FORCE=1 if deletions cannot finish
	@$(script)
doctor: | ready ## diagnose the deployment without changing anything; NATS_URL=
	@$(script)
kind-up: | ready ## create a kind cluster with everything in it, and publish a notification
	@$(script)
kind-down: | ready ## delete that cluster
	@$(script)
samples: | ready ## create the sample CoinFlips that are missing; NAMESPACE=
	@$(script)
flip: | ready ## append a flip to the CoinFlip NAME=; FACE=Heads or Tails, random by default; NAMESPACE=
	@$(script)
listen: | ready ## print notifications as they arrive, until Ctrl-C; NATS_URL=
	@$(script)
resync: | ready ## sync the CoinFlip NAME=, or all of them, now; NAMESPACE=
	@$(script)
republish: | ready ## publish every notification of NAME= again, after a stream was lost; NAMESPACE=
	@$(script)

##@ Measure

.PHONY: bench bench-e2e scale
bench: | ready ## measure the hook beside raw node:http and Go (10 minutes); QUICK=1 takes one and only prints
	@$(script)
bench-e2e: | ready ## measure the operator beside one on controller-runtime (15 minutes); COUNT=5000 ROUNDS=3 QUICK=
	@$(script)
scale: | ready ## measure many objects: resync, two Metacontrollers, another tenant, 100,000 CoinFlips (25 minutes); PARTS= MANY= QUICK=
	@$(script)

$(installed): package-lock.json
	@echo 'installing the dependencies' >&2
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

# The dependencies include Node 24 where npm has a package for the platform.
.PHONY: ready
ready: | $(installed)
	@test -x node_modules/.bin/node || node hack/need-node.js
