# `make run` and `make test` need Python 3.11 or newer and a package index; they set up the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
LOWEST := .venv-lowest
# what reads and writes files, and calls of every dependency
LOWEST_TESTS := tests/cli/test_cli.py tests/cli/test_cli_convert.py tests/cli/test_commands_text.py \
  tests/vectors tests/checkpoints tests/dashboard/test_dashboard.py tests/training/test_interruptions.py
INSTALLED := $(VENV)/installed

# modules are compiled and kept when they are first imported, not when they are installed
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-lowest fuzz lint format docs site bench bench-formats bench-train bench-vectors bench-map bench-load figures screenshots clean

run: $(INSTALLED) ## train on the bundled corpus and serve the dashboard (ARGS=--no-serve: only train)
	$(BIN)/embedviz demo $(ARGS)

# a worker has one core: threads of torch and BLAS would wait for those of the other
test test-lowest: export OMP_NUM_THREADS = 1

test: $(INSTALLED) ## all tests
	$(BIN)/python -m pytest -n auto $(ARGS)

test-lowest: ## the quick tests with the lowest version of each dependency
	test -d $(LOWEST) || $(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python tests/lowest_versions.py > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install --quiet --no-compile --constraint constraints.txt \
	--constraint $(LOWEST)/constraints.txt --editable '.[all]' pytest hypothesis
	$(LOWEST)/bin/python -m pytest -m "not slow and not browser" $(LOWEST_TESTS) $(ARGS)

fuzz: $(INSTALLED) ## mutate a file of every kind and read it, 20,000 times (ARGS='--fuzz-seed 7')
	$(BIN)/python -m pytest tests/fuzzing --mutations 20000 $(ARGS)

lint: $(INSTALLED) ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## correct and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(INSTALLED) ## write docs/commands.md and docs/settings.md, and draw the architecture
	$(BIN)/python docs/draw_architecture.py
	$(BIN)/python -m typer embedviz.cli utils docs --name embedviz --title Commands \
	| sed -E 's/^Examples:$$/&\n/; s/^(embedviz|zcat) /    &/; s/&quot;/"/g; s/&gt;/>/g; s/&lt;/</g' > docs/commands.md
	$(BIN)/python -m embedviz.cli.settings_reference > docs/settings.md

site: $(INSTALLED) ## build the documentation site in out/docs; its notebooks are run, a broken link stops it
	$(BIN)/python -m sphinx -W --keep-going -q -b html -c docs . out/docs

bench: $(INSTALLED) ## measure the tokenizer against its peers
	$(BIN)/python -m benchmarks.tokenization $(ARGS)

bench-formats: $(INSTALLED) ## read and write GloVe in every format, compared with gensim
	$(BIN)/python -m benchmarks.file_formats $(ARGS)

bench-train: $(INSTALLED) ## train, compared with an LSTM, skip-gram and CBOW (ARGS='TEXT --questions FILE')
	$(BIN)/python -m benchmarks.training_efficiency $(ARGS)

bench-vectors: $(INSTALLED) ## open and search vectors, compared with gensim (ARGS='--questions FILE')
	$(BIN)/python -m benchmarks.vector_search $(ARGS)

bench-map: $(INSTALLED) ## measure the word map in a browser (needs Chromium)
	$(BIN)/python -m benchmarks.word_map $(ARGS)

figures: $(INSTALLED) ## make the figures of the English model in docs/images
	$(BIN)/embedviz figure english --out docs/images/classic.png
	$(BIN)/python docs/draw_statistics.py

bench-load: $(INSTALLED) ## visit the dashboard fifty times at once (ARGS='MODEL --pauses 0')
	$(BIN)/python -m benchmarks.dashboard_load $(ARGS)

screenshots: $(INSTALLED) ## make the pictures in docs/images (needs Chromium)
	EMBEDVIZ_BROWSER=required $(BIN)/python -m pytest tests/dashboard/test_browser_journeys.py tests/dashboard/test_browser_sequences.py tests/test_widget.py tests/test_streamlit_component.py tests/export/test_export_page.py --pictures docs/images $(ARGS)

$(INSTALLED): pyproject.toml constraints.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "embedviz needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[dev]'
	touch $@

clean: ## delete generated files and environments
	rm -rf $(VENV) $(LOWEST) out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
