# Everything runs from .venv; Python >= 3.11 and make are all a fresh machine needs.
#   make course   the book, the exercises and graded sample submissions
#   make test     all checks
# UNLOCKED=1 installs the newest versions that pyproject.toml allows instead of the lock file's.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
NODE_INSTALLED := node_modules/.installed
SOURCES := $(shell find -L embedlab -name '*.py' -o -name '*.j2' -o -name '*.css' -o -name '*.js')
ASSIGNMENTS := $(notdir $(patsubst %/,%,$(wildcard solutions/*/)))
PORT ?= 8000
SAMPLES := _build/samples
export EMBEDLAB_STATIC_PAGE := 1
# A machine's own Python settings must not decide what a build does.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PIP_REQUIRE_VIRTUALENV

# For programs that look for their helpers (node, a kernel's python) on the path.
in_venv = PATH="$(abspath $(BIN)):$$PATH"
# One line that says what is missing, instead of "command not found".
need = test -x $(BIN)/$(1) || { echo "$(1) is missing from $(VENV): run 'rm -rf $(VENV)' and then this command again" >&2; exit 1; }
say = printf '\n\033[1m%s\033[0m\n'
# What takes a minute is as old as its beginning: whatever is edited meanwhile is built next time.
begin = mkdir -p _build && touch _build/.begun-$(@F)
end = touch -r _build/.begun-$(@F) $@

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): requirements.lock requirements-uv.lock pyproject.toml
	@$(say) "Environment: installing into $(VENV)"
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is $$($(PYTHON) --version): Python 3.11 or newer is needed, name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { echo "$(PYTHON) lacks its venv module: on Debian and Ubuntu, install the package python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock \
		|| { echo "installing uv failed: is the Python package registry reachable?" >&2; exit 1; }
ifdef UNLOCKED
	@$(BIN)/uv pip install --python $(BIN)/python --upgrade -e '.[dev]'
else
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation -e .
endif
	@touch $@

$(NODE_INSTALLED): package-lock.json package.json $(INSTALLED)
	@$(call need,npm)
	@$(in_venv) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Small trained vectors for the assignments; the wheel carries them along. One set of BLAS kernels
# for all processors, since the notebooks quote what comes out: others move the second digit.
LEARNED := embedlab/learned.npz
$(LEARNED): $(INSTALLED) $(SOURCES)
	@OPENBLAS_CORETYPE=Haswell $(BIN)/python -m embedlab.learned_training

# The site offers this wheel to students, who need neither this repository nor its tools.
WHEEL := _build/dist/.built
$(WHEEL): $(INSTALLED) $(SOURCES) $(LEARNED) README.md
	@rm -rf _build/dist
	@$(BIN)/hatchling build -t wheel -d _build/dist > /dev/null
	@touch $@

# What Python in the browser consists of besides Pyodide: for WebAssembly, and so not installed here.
LITE_WHEELS := _build/lite/wheels/.fetched
$(LITE_WHEELS): book/lite/requirements.lock $(INSTALLED)
	@rm -rf $(@D)
	@$(BIN)/pip download --quiet --disable-pip-version-check --require-hashes --no-deps --python-version 3.14 \
		--platform any --abi none --only-binary :all: -r $< -d $(@D)
	@touch $@

# The exercises as notebooks that run in the browser; the book takes them along.
LITE := _build/lite/.built
$(LITE): $(LITE_WHEELS) $(WHEEL) $(NODE_INSTALLED) book/extensions/lite.py book/extensions/browser_packages.py \
		CITATION.cff $(wildcard book/lite/*) $(wildcard exercises/*/*.ipynb)
	@$(say) "Notebooks: making the site in which the exercises run"
	@$(BIN)/python book/extensions/lite.py
	@touch $@

# Python's library for the browser, compiled as far as each start needs it.
STDLIB := _build/stdlib/python_stdlib.zip
$(STDLIB): $(NODE_INSTALLED) $(wildcard book/extensions/compile_stdlib.*) $(wildcard book/assets/run*.py)
	@$(say) "Python for the browser: compiling what each start imports"
	@$(call need,node)
	@$(in_venv) node book/extensions/compile_stdlib.mjs $@

# The source slides' claims, each computed again; the book shows them and offers the files.
CLAIMS := _build/claims/claims.json
$(CLAIMS): $(INSTALLED) $(SOURCES) $(LEARNED)
	@$(begin)
	@$(say) "Ledger: computing the slides' claims again"
	@$(call need,embedlab)
	@if $(BIN)/python -c 'from embedlab.pretrained import minilm; minilm()' 2> /dev/null; then \
		OPENBLAS_NUM_THREADS=1 $(BIN)/embedlab claims --output $(@D); \
	else \
		echo "The published weights are not installed: the ledger is the one kept in book/kept"; \
		$(BIN)/python book/extensions/kept.py --ledger $(@D); \
	fi
	@$(end)

# What the search box of the site loads; without the published weights it compares words only.
SEARCH := _build/search/ask-report.json
$(SEARCH): $(INSTALLED) $(SOURCES) $(LEARNED) $(shell find book -name '*.md')
	@$(begin)
	@$(say) "Search: encoding the book's paragraphs"
	@$(call need,embedlab)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/embedlab search-index --output $(@D)
	@$(end)

.PHONY: approve
approve: $(CLAIMS) ## Approve the verdicts of the ledger as they are computed now
	@$(BIN)/python tests/approve_verdicts.py

# jupyter-cache looks at a page's cells only; what they import and read decides their results too.
_build/.cache-stamp: $(SOURCES) requirements.lock $(wildcard book/measured/*.json)
	@mkdir -p _build
	@rm -rf _build/.jupyter_cache
	@touch $@

.PHONY: course
# The book offers the exercises, so they come first.
course: exercises book grade ## The main job: book, exercises, graded samples, table of scores
	@$(say) "Done"
	@echo "The book:      $(CURDIR)/_build/html/index.html   (or: make serve)"
	@echo "The gradebook: $(CURDIR)/$(SAMPLES)/gradebook.db"

# What the book shows, or says of the project, besides what is made from it.
BOOK_SOURCES := $(shell find book tests _config.yml _toc.yml CITATION.cff -type f -not -path '*__pycache__*' 2> /dev/null)

# Always a clean Sphinx run over the cached cell outputs, or none if nothing has changed: an
# incremental one would forget the warnings of pages that it does not read again.
BUILT := _build/.book-built
$(BUILT): $(NODE_INSTALLED) _build/.cache-stamp $(WHEEL) $(LITE) $(STDLIB) $(CLAIMS) $(SEARCH) $(BOOK_SOURCES)
	@$(begin)
	@$(say) "Book: executing cells and building the pages"
	@$(call need,jupyter-book)
	@rm -rf _build/html _build/.doctrees $@
	@$(in_venv) OPENBLAS_NUM_THREADS=1 jupyter-book build . --all -W -n --keep-going \
		|| { echo "the book has errors or warnings, named above: mend them, then run 'make book' again" >&2; exit 1; }
	@echo "The book was built without a warning"
	@$(end)

# The ledger and the search need a minute each, and a processor each.
.PHONY: parts
parts: $(WHEEL) $(LITE) $(STDLIB) $(CLAIMS) $(SEARCH)

.PHONY: book
book: $(NODE_INSTALLED) ## Build the website into _build/html
	@test -f _build/html/index.html || rm -f $(BUILT)
	@$(MAKE) --silent --no-print-directory --jobs=2 parts
	@$(MAKE) --silent --no-print-directory $(BUILT)
	@echo "The website: $(CURDIR)/_build/html/index.html"

# Otherwise a reader's browser fetches NumPy and the like from Pyodide's public server.
.PHONY: site-offline
site-offline: $(INSTALLED) $(NODE_INSTALLED) ## Build a website that runs Python without any other server
	@$(BIN)/python book/extensions/offline.py "$(EMBEDLAB_WASM_WHEELS)"
	@rm -f $(BUILT)
	@EMBEDLAB_OFFLINE=1 $(MAKE) --no-print-directory book
	@rm -f $(BUILT)  # the next book is another one
	@$(BIN)/python book/extensions/offline.py "$(EMBEDLAB_WASM_WHEELS)" _build/html

# What a machine without the published weights shows on the pages that run them.
.PHONY: keep
keep: book ## Keep the outputs and the ledger of this build in book/kept, for builds without weights
	@$(in_venv) OPENBLAS_NUM_THREADS=1 $(BIN)/python book/extensions/kept.py

# Addresses that were published must stay alive; a test compares the site with this list.
.PHONY: publish
publish: book ## Enter the site's new addresses into book/published.txt
	@$(BIN)/python book/extensions/published.py --add

# Other people's servers decide the result: once a week (.github/workflows/canary.yml), no test.
.PHONY: links
links: book ## Look whether the links to other sites are alive
	@$(BIN)/python tests/external_links.py

# Two builds from nothing must give the same site, or nobody could see what a change has changed.
# PART=2/3 computes the second of three parts again, in a third of the time.
.PHONY: twice
twice: book ## Compute everything once more and compare the two websites
	@rm -rf _build/first _build/lite/site $(LITE) $(STDLIB)
	@$(BIN)/python book/extensions/forget.py $(if $(PART),--part=$(PART)) \
		$(dir $(CLAIMS)) $(dir $(SEARCH)),_build/search-vectors
	@mv _build/html _build/first
	@$(MAKE) --no-print-directory book
	@diff --recursive --brief --exclude=.buildinfo _build/first _build/html \
		|| { echo "the two builds differ in the files named above: a cell depends on something but its code" >&2; exit 1; }
	@rm -rf _build/first

.PHONY: exercises
exercises: $(INSTALLED) ## Regenerate exercises/ from solutions/
	@$(say) "Exercises: generating the student release from solutions/"
	@$(call need,embedlab)
	@$(in_venv) embedlab release

# The samples are graded again only when something that decides their scores has changed.
GRADED := $(SAMPLES)/.graded
$(GRADED): $(INSTALLED) $(SOURCES) $(LEARNED) nbgrader_config.py $(shell find solutions tests/submissions -type f -not -path '*/.*' -not -path '*__pycache__*' 2> /dev/null) | exercises
	@$(say) "Grading: the bundled sample submissions"
	@rm -rf $(SAMPLES)
	@$(BIN)/python tests/submissions/build.py $(SAMPLES)/submitted
	@bwrap --ro-bind / / true 2> /dev/null || echo "No bubblewrap here: the samples, which are ours, run without a sandbox"
	@for name in $(ASSIGNMENTS); do \
		$(in_venv) embedlab grade --quiet --output $(SAMPLES) $$name \
			$$(bwrap --ro-bind / / true 2> /dev/null || echo --unsafe-no-sandbox); \
	done
	@touch $@

.PHONY: grade
grade: $(GRADED) ## Grade the sample submissions into an nbgrader gradebook
	@$(say) "Scores"
	@$(in_venv) embedlab scores --output $(SAMPLES)

# One process more than there are processors: the tests of time limits mostly wait.
PYTEST = pytest --numprocesses=$(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist=loadfile --no-loadscope-reorder $(PYTEST_ARGS)
SITE_TESTS := tests/site

.PHONY: test
test: book ## Run every check but those of the website
	@$(MAKE) --no-print-directory lint types
	@$(say) "Tests"
	@$(call need,pytest)
	@$(in_venv) $(PYTEST) --ignore=$(SITE_TESTS)

.PHONY: gates
gates: book ## Check the website: its HTML, its links, and every page in Chromium
	@$(say) "Gates of the website"
	@$(call need,pytest)
	@$(in_venv) $(PYTEST) $(SITE_TESTS)

# Unless BLAS names one (BLAS=Haswell), OpenBLAS chooses its kernels for the processor itself.
.PHONY: bench
bench: $(INSTALLED) ## Compare speed and quality with gensim and others (about half an hour)
	@$(say) "Benchmark: results go to _build/bench.json and _build/scaling.json"
	@env -u OPENBLAS_CORETYPE $(if $(BLAS),OPENBLAS_CORETYPE=$(BLAS)) $(BIN)/python tests/bench --output _build $(BENCH_ARGS)

.PHONY: lighthouse
lighthouse: book ## Score every chapter with Lighthouse, as on a phone (ten minutes, on a quiet machine)
	@$(say) "Lighthouse"
	@$(in_venv) $(BIN)/python tests/site/lighthouse.py

.PHONY: pdf
pdf: book ## Print the book, without reference and ledger, into _build/html/word-embeddings-computed.pdf
	@$(say) "PDF: printing all pages"
	@rm -f $(BUILT)  # it becomes a part of this site, and not of the next
	@$(BIN)/python book/print_book.py

.PHONY: fmt
fmt: $(INSTALLED) ## Format the code
	@$(call need,ruff)
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format .

.PHONY: lint
lint: $(INSTALLED) ## Check format and style
	@$(say) "Lint"
	@$(call need,ruff)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

.PHONY: types
types: $(INSTALLED) ## Check types (mypy --strict on embedlab)
	@$(say) "Types"
	@$(call need,mypy)
	@$(BIN)/mypy

.PHONY: serve
serve: ## Serve the built site on this machine
	@test -f _build/html/index.html || { echo "the book is not built: run 'make book' first" >&2; exit 1; }
	@echo "http://127.0.0.1:$(PORT)/   (Ctrl-C ends)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

.PHONY: lock
lock: $(INSTALLED) ## Resolve newest versions into the lock files
	@$(call need,uv)
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-package embedlab --no-header --quiet -o requirements.lock
	@echo uv | $(BIN)/uv pip compile - --upgrade --generate-hashes --no-header --no-annotate --quiet -o requirements-uv.lock
	@$(BIN)/uv pip compile book/lite/requirements.in --upgrade --python-version 3.14 \
		--python-platform wasm32-pyodide2024 --generate-hashes --no-header --quiet -o book/lite/requirements.lock
	@$(in_venv) npm update --package-lock-only --no-audit --no-fund

.PHONY: clean
clean: ## Remove everything that was generated, the environment too
	@rm -rf _build dist node_modules $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
