"""The website: every page in a real browser, offline and from files; the steps that render and finish it."""

import pytest


def pages(site):
    return sorted(site.rglob("*.html"))


@pytest.mark.browser
def test_every_page_loads_offline_without_an_error(site, page):
    for path in pages(site):
        page.goto(path.as_uri())
        assert page.locator("h1").count() == 1, path.name
