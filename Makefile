# The commands of this project: `make` alone lists them. Each sets up what it needs in .venv.
PYTHON ?= python3
PORT ?= 8000
BENCH ?= check_links
UV = 0.13.9
VENV = .venv/bin/python

# A user's own settings of Python and AWS are meant for other programs.
$(foreach name,$(filter PYTHON% AWS_% BOTO_% SAGEMAKER_%,$(.VARIABLES)),$(eval unexport $(name)))

# Material prints a banner about MkDocs 2 at each build; the versions here are pinned below it.
export NO_MKDOCS_2_WARNING = 1

# $(call setup,group,smaller): the smaller group, where there is one, when the other cannot be had.
define setup
@command -v "$(PYTHON)" >/dev/null || { echo 'Python 3.11 or newer is needed, and "$(PYTHON)" was not found: install it (Debian, Ubuntu: "sudo apt-get install python3 python3-venv").' >&2; exit 1; }
@"$(PYTHON)" tools/bootstrap.py $(1)$(if $(2), || "$(PYTHON)" tools/bootstrap.py $(2))
endef

.PHONY: help serve site new check test test-heavy test-defects offline notebooks check-links bench look format lock

help:
	@echo 'make serve        build the site and serve it at http://127.0.0.1:$(PORT) with live reload'
	@echo '                  (PORT=8001 for another port)'
	@echo 'make new Q="..."  begin the page of a question (ARGS="--day 3 --source https://...")'
	@echo 'make check        name mistakes in the content, the form, imports and types of the code (seconds)'
	@echo 'make test         run all tests (ARGS="-k search" for some of them)'
	@echo 'make test-heavy   run what "make test" leaves out: slow or large, with Spark (needs Java)'
	@echo 'make test-defects plant mistakes one by one, each of which a check must name'
	@echo 'make offline      write PDFs and a zip into dist/, and the site that offers them'
	@echo 'make notebooks    generate the AutoTune experiment anew (25 minutes)'
	@echo 'make check-links  ask the live web about every source, and update the ledger'
	@echo 'make bench        measure the citation checker beside LinkChecker (minutes);'
	@echo '                  BENCH=growth, lighthouse, search, serve ...: see benchmarks/README.md'
	@echo 'make site         build the site into site/'
	@echo 'make look         keep the look of the pages as it is now, for test_look.py to compare'
	@echo 'make format       rewrite generated files and format the code'
	@echo 'make lock         write requirements/ anew from pyproject.toml (ARGS=--upgrade for newer ones)'
	@echo 'PYTHON=python3.12 chooses another Python, for each of them.'

serve:
	$(call setup,site)
	@$(VENV) -m mkdocs serve --dev-addr "127.0.0.1:$(PORT)"

site:
	$(call setup,site)
	@$(VENV) -m mkdocs build --strict

# The question comes by the environment, so that no sign of it means anything to the shell.
new: export QUESTION = $(value Q)
new:
	$(call setup,site)
	@$(VENV) -m workshop_notes new "$$QUESTION" $(ARGS)

check:
	$(call setup,test)
	@$(VENV) -m workshop_notes check $(ARGS)
	@$(VENV) -m ruff check --quiet
	@$(VENV) -m ruff format --quiet --check
	@$(VENV) -m pymarkdown scan -r docs *.md src/*/README.md
	@.venv/bin/lint-imports --no-logo --no-cache
	@$(VENV) -m mypy --no-error-summary
	@$(VENV) -m vulture
	@.venv/bin/zizmor --offline --no-progress --quiet .github

test:
	$(call setup,test)
	@$(VENV) -m pytest --numprocesses auto --dist worksteal $(ARGS)

test-heavy:
	$(call setup,test)
	$(call setup,spark)
	$(call setup,debugger)
	@$(VENV) -m pytest -m heavy $(ARGS)

test-defects:
	$(call setup,test)
	@$(VENV) -m tests.defects $(ARGS)

offline:
	$(call setup,offline,site)
	@$(VENV) -m workshop_notes offline $(ARGS)

notebooks:
	$(call setup,test)
	@$(VENV) -m autotune.regenerate $(ARGS)

check-links:
	$(call setup,check)
	@$(VENV) -m workshop_notes.links $(ARGS)

bench:
	$(call setup,test)
	@PYTHONPATH=. $(VENV) benchmarks/$(BENCH).py $(ARGS)

look:
	$(call setup,test)
	@$(VENV) -m tests.look $(ARGS)

format:
	$(call setup,test)
	@$(VENV) -m workshop_notes format $(ARGS)
	@$(VENV) -m tests.claims
	@$(VENV) -m tests.licences

# --universal: one file for every platform and Python; the oldest one is Debian 12's.
# The smaller groups come after test and are held to its versions, so that it can be added to them.
LOCK = pip compile pyproject.toml --quiet --universal --python-version 3.11.2 \
	--fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock'

lock:
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	"$(PYTHON)" -m venv "$$tmp" && \
	"$$tmp/bin/python" -m pip install --quiet --disable-pip-version-check uv==$(UV) && \
	"$$tmp/bin/uv" $(LOCK) $(ARGS) --no-build --group test --output-file requirements/test.txt && \
	for group in notebooks offline check site types; do \
		"$$tmp/bin/uv" $(LOCK) $(ARGS) --no-build --group $$group \
			--constraint requirements/test.txt --output-file requirements/$$group.txt || exit 1; \
	done && \
	"$$tmp/bin/uv" $(LOCK) $(ARGS) --group toolkits --constraint requirements/test.txt \
		--output-file requirements/toolkits.txt && \
	"$$tmp/bin/uv" $(LOCK) $(ARGS) --no-build --no-deps --group read \
		--output-file requirements/read.txt && \
	for group in build debugger; do \
		"$$tmp/bin/uv" $(LOCK) $(ARGS) --no-build --group $$group \
			--output-file requirements/$$group.txt || exit 1; \
	done && \
	"$$tmp/bin/uv" $(LOCK) $(ARGS) --group spark --output-file requirements/spark.txt && \
	"$(PYTHON)" -c "import hashlib, pathlib; d = pathlib.Path('requirements'); \
		sums = (f'{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n' for p in sorted(d.glob('*.txt'))); \
		(d / 'SHA256SUMS').write_text(''.join(sums))"
