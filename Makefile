# Two commands are all a newcomer needs: make demo, make test.
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
FLOWCHECK = .build/release/flowcheck

.PHONY: help bootstrap build demo test bench check-all lint format install dist clean

help:
	@echo "make demo       install what is missing, build, and judge two real problems"
	@echo "make test       install what is missing, build, and run every test"
	@echo "make check-all  tests under sanitizers, fuzzers and the slow checks"
	@echo "make bench      measure against peers and regenerate Benchmarks/README.md (hours)"
	@echo "make lint       check formatting and doc comments; make format applies the former"
	@echo "make dist       a folder with everything, for machines without Swift or GSL (Linux)"
	@echo "make install    copy flowcheck to PREFIX/bin (PREFIX=$(PREFIX))"

bootstrap:
	@scripts/bootstrap

build: bootstrap
	swift build -c release --product flowcheck

demo: build
	@scripts/demo $(FLOWCHECK)

test: bootstrap
	@scripts/swift-tests
	@scripts/python-tests $(FLOWCHECK)
	$(FLOWCHECK) notebook check --allow-program README.md notebooks-md/0*.md notebooks-md/1[1-3]*.md

bench: bootstrap
	Benchmarks/environment
	Benchmarks/run

check-all: test lint
	@scripts/check-all $(FUZZ_SECONDS)

lint:
	swift format lint --strict -r Package.swift Sources Tests Fuzz Examples Benchmarks/Package.swift Benchmarks/Sources
	@scripts/undocumented
	@scripts/faults --check

format:
	swift format -i -r Package.swift Sources Tests Fuzz Examples Benchmarks/Package.swift Benchmarks/Sources

install: build
	install -d $(PREFIX)/bin
	install -m 755 $(FLOWCHECK) $(PREFIX)/bin/flowcheck

dist: bootstrap
	scripts/dist

clean:
	rm -rf .build .build-* dist
