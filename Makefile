# Everything starts here. Only python3 (3.11 or newer) and make are needed; the rest is set up by the first command.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
RUN := .venv/bin/python
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-month soak pictures scenario conformance frontend setup clean

help:
	@echo 'make run                       serve the product with its demo company (PORT=8000 HOST=127.0.0.1)'
	@echo 'make test                      all tests (T=tests/unit/feel for some of them)'
	@echo 'make check                     what is missing in a procedure or wrong in the code, in sentences'
	@echo 'make scenario P=onsite_service play the scenarios of a procedure and print path and coverage'
	@echo 'make bench                     measure: table and bench.json'
	@echo 'make bench-month               a month of 20 outlets and 6,000 cases on both databases: table and bench-month.json'
	@echo 'make soak                      many cases for a long time (MINUTES=10), then all mutations'
	@echo 'make pictures                  every page and diagram at 1440 and 390 pixels, into build/pictures'
	@echo 'make conformance DMN=… BPMN=…  run folders of conformance material'

setup:
	@$(PYTHON) tools/setup.py run test

frontend:
	@$(PYTHON) tools/setup.py run

run:
	@$(PYTHON) tools/setup.py run
	@exec $(RUN) -m app run --demo --host $(HOST) --port $(PORT)

test:
	@$(PYTHON) tools/setup.py run test
ifdef T
	@$(RUN) -m pytest $(T)
else
	@$(RUN) -m pytest -n auto --dist worksteal --ignore tests/browser
	@$(RUN) -m pytest tests/browser
endif

check:
	@$(PYTHON) tools/setup.py run test
	@$(RUN) -m tools.check

scenario:
	@$(PYTHON) tools/setup.py python run
	@$(RUN) -m app scenario $(P)

bench:
	@$(PYTHON) tools/setup.py run test
	@$(RUN) -m tools.bench $(ARGS)

bench-month:
	@$(PYTHON) tools/setup.py run test
	@$(RUN) -m tools.bench.month $(ARGS)

soak:
	@$(PYTHON) tools/setup.py run test
	@$(RUN) -m tools.soak --minutes $(or $(MINUTES),10)

pictures:
	@$(PYTHON) tools/setup.py run test
	@$(RUN) -m tools.pictures $(ARGS)

conformance:
	@$(PYTHON) tools/setup.py python run
	@$(RUN) -m tools.conformance $(if $(DMN),--dmn $(DMN)) $(if $(BPMN),--bpmn $(BPMN))

clean:
	rm -rf build frontend/node_modules app/web/static/dist
