# Anlan: every command that people and continuous integration use.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

DIR ?= anlan-data
SEED ?= 7
SIZE ?= county
PORT ?= 8400
REAL ?= anlan-real-$(firstword $(subst ., ,$(notdir $(FILE))))
ALERT ?= docs/guide/samples/rhine-flood.cap.xml
# Where the program is built is where it is started from.
export CARGO_TARGET_DIR := $(CURDIR)/target
APT := $(shell test "$$(id -u)" = 0 && echo apt-get || echo sudo apt-get)

.PHONY: bench-board help setup check test web web-deps e2e python browser run run-real real-file vectors tidy release clean-data

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/  -/'

web-deps: web/node_modules/.package-lock.json

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@echo '== web packages'
	npm --prefix web ci --ignore-scripts --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/console web/kit web/*.ts web/*.html contexts -name '*.svelte' -o -name '*.ts' -o -name '*.css' -o -name '*.html' -not -path '*/node_modules/*' 2>/dev/null)
	@echo '== console'
	npm --prefix web run build
	@touch $@

web: web/dist/index.html ## builds the console

python: target/venv/.ready ## the independent checks' Python packages

target/venv/.ready: vectors/requirements.txt
	@echo '== Python packages of the independent checks'
	@python3 -m venv target/venv 2>/dev/null || ($(APT) update -qq && $(APT) install -y -qq python3-venv && python3 -m venv target/venv)
	target/venv/bin/pip install -q --disable-pip-version-check -r vectors/requirements.txt
	@touch $@

browser: ## a browser for the browser tests
	@command -v chromium >/dev/null || (echo '== chromium'; $(APT) update -qq; $(APT) install -y -qq chromium fonts-noto-cjk)
	@fc-list :lang=zh 2>/dev/null | grep -q . || (echo '== a Chinese font'; $(APT) update -qq; $(APT) install -y -qq fonts-noto-cjk fontconfig)

setup: web-deps python browser ## installs what the tests need

tidy: ## the house rules
	cargo xtask tidy

check: ## format, lints, house rules
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo xtask tidy

test: setup web ## everything, browser tests included
	@echo '== format and lints'
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@echo '== console: types, units'
	npm --prefix web run check
	npm --prefix web test
	@echo '== Rust tests, house rules among them'
	PATH="$(CURDIR)/target/venv/bin:$$PATH" cargo test --workspace --no-fail-fast
	@echo '== browser tests'
	cargo build -p anlan
	ANLAN_BIN=$(CURDIR)/target/debug/anlan npm --prefix web run e2e

e2e: web browser ## browser tests alone
	cargo build -p anlan
	ANLAN_BIN=$(CURDIR)/target/debug/anlan npm --prefix web run e2e

bench-board: release browser ## event board filled, press to paint, memory of the node
	ANLAN_BIN=$(CURDIR)/target/release/anlan node web/e2e/speed.mjs

release: web ## the one binary, console inside
	@echo '== the program (the first time takes some minutes)'
	cargo build --release -p anlan

run: release ## makes county SEED=7 and opens the main job on 127.0.0.1:8400
	@if [ ! -e $(DIR)/store.sqlite ]; then \
	  echo '== a made-up county'; \
	  target/release/anlan exercise new --seed $(SEED) --size $(SIZE) --out $(DIR); \
	fi
	target/release/anlan serve --dir $(DIR) --port $(PORT)

real-file:
	@test -n "$(FILE)" || { echo 'FILE= names an OpenStreetMap extract (PBF, XML or gzipped XML)'; exit 2; }

run-real: real-file release ## FILE=extract.osm.pbf [ALERT=alert.xml]: lays an exercise over a real area and opens it
	@if [ ! -e $(REAL)/area/area.toml ]; then \
	  echo '== the real area'; \
	  target/release/anlan import osm "$(FILE)" --dir $(REAL); \
	fi
	@if [ ! -e $(REAL)/store.sqlite ]; then \
	  echo '== an exercise over it'; \
	  target/release/anlan exercise overlay --seed $(SEED) --dir $(REAL) --alert "$(ALERT)"; \
	fi
	target/release/anlan serve --dir $(REAL) --port $(PORT)

vectors: ## writes the golden vectors again
	ANLAN_WRITE_VECTORS=1 cargo test -p ledger -p sync --test vectors

clean-data: ## moves the exercise folders aside
	@now=$$(date +%Y%m%d-%H%M%S); for dir in $(DIR) $(DIR)-township $(REAL); do \
	  if [ -e $$dir ]; then mv $$dir $$dir-$$now; fi; \
	done
