# Every target sets up .venv by itself. A user's own Python: make test PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.installed
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
# nbval reports a cell at a time, so what a process takes is a notebook or a test module. Three keep two cores busy: each
# waits for a browser or a kernel now and then.
PYTEST := -n 3 --dist loadscope --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg
STRIP := --keep-output --keep-count --keep-id \
	--extra-keys "metadata.language_info.version metadata.widgets cell.metadata.execution"
# A busy kernel sends one cell's prints in several pieces; run after execution, this joins them.
ONE_STREAM := --NotebookExporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test lab preview execute exercises lint bench quarto clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

site: $(READY) ## render the website into _site/, with Quarto if there is one
	@$(BIN)/python website/render.py

test: $(READY) ## check everything: code, every stored output, the site in a browser
	@EXPLORER=static $(BIN)/python -m pytest $(PYTEST) tests notebooks

lab: $(READY) ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --ip=127.0.0.1 --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks \
		--LabApp.app_settings_dir="$(CURDIR)/.jupyter" $(if $(filter 0,$(shell id -u)),--allow-root)

preview: $(READY) ## serve the website and follow changes
	@$(BIN)/python website/render.py --preview

execute: $(READY) ## run all notebooks again and store their outputs
	@$(if $(NOTEBOOKS),,echo "There are no notebooks in notebooks/."; exit 1)
	@EXPLORER=static $(BIN)/jupyter nbconvert --to notebook --execute $(ONE_STREAM) --inplace $(NOTEBOOKS)
	@$(BIN)/nbstripout $(STRIP) $(NOTEBOOKS)

exercises: $(READY) ## what each exercise says of each wrong answer
	@$(BIN)/python tests/exercise_cells.py

lint: $(READY) ## what pre-commit runs, on all files
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pre-commit run --all-files --show-diff-on-failure

bench: $(READY) ## training speed beside what a reader would use instead
	@$(BIN)/python -c "import sklearn" 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]" || \
		echo "scikit-learn could not be installed: see the message above. The rest is measured without it."
	@$(BIN)/python benchmarks/training_speed.py

# Without what it depends on: a whole Jupyter, of which nothing is needed to render. A package that is there and does not
# run goes away again.
quarto: $(READY) ## install Quarto into .venv, to render the website with it
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps "quarto-cli>=1.4" \
		&& $(BIN)/quarto --version; } >/dev/null 2>&1 \
		|| { $(BIN)/python -m pip uninstall --quiet --yes quarto-cli >/dev/null 2>&1; \
		echo "Quarto cannot be had here: its package downloads it while it is installed, and that failed; .venv is as it was." >&2; \
		exit 1; }
	@echo "Quarto $$($(BIN)/quarto --version) is in .venv. From now on make site and make preview use it."

clean: ## remove the site and all caches; .venv stays
	rm -rf _site _site.new _site.old .quarto .pytest_cache .ruff_cache .hypothesis
	find helpers show exercises notebooks tests website \( -name __pycache__ -o -name .ipynb_checkpoints -o -name .ruff_cache \) -prune -exec rm -rf {} +

# The stamp is written last: a half-made .venv does not count, and the next make finishes it.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not one: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@rm -f $@
	@echo "Setting up .venv with $$($(PYTHON) --version). This can take a few minutes."
	@$(PYTHON) -m venv .venv || \
		{ echo "Could not create .venv: see the message above (Debian and Ubuntu have venv in the package python3-venv)." >&2; exit 1; }
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; } || \
		{ echo "Could not install the packages in requirements.txt: see the message above, then run make again." >&2; exit 1; }
	@touch $@
