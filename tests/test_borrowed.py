"""What the home page borrows from the chapters is there, and what is not there is named."""

import json

import borrowed
import pytest

FIGURE = '<figure class="figure" id="fig-path"><img class="figure-img" alt="A path" src="data:,x"></figure>'


@pytest.fixture
def project(tmp_path):
    blocks = [FIGURE, '<div class="explorer">the slider</div>']
    outputs = [{"output_type": "display_data", "data": {"text/html": block}} for block in blocks]
    (tmp_path / "02.ipynb").write_text(json.dumps({"cells": [{"outputs": outputs}, {"source": "text"}]}))
    borrowed._output.cache_clear()
    return tmp_path


def place(output, tag="div"):
    return f'<p>a</p><{tag} class="x" data-notebook="02.ipynb" data-output="{output}"></{tag}>'


def test_a_slider_comes_whole_and_a_figure_without_its_caption(project):
    assert '<div class="explorer">the slider</div></div>' in borrowed.bring(place("explorer"), project)
    page = borrowed.bring(place("fig-path", "span"), project)
    assert page.endswith('<img class="figure-img" alt="" aria-hidden="true" src="data:,x"></span>')
    assert "<figure" not in page


def test_a_second_run_changes_nothing(project):
    page = borrowed.bring(place("fig-path"), project)
    assert borrowed.bring(page, project) == page


def test_what_is_not_there_is_named(project):
    with pytest.raises(ValueError, match=r"borrows fig-other from 02\.ipynb, which stores no such output"):
        borrowed.bring(place("fig-other"), project)
    with pytest.raises(ValueError, match=r"borrows from 03\.ipynb, which does not exist"):
        borrowed.bring(place("fig-path").replace("02", "03"), project)
