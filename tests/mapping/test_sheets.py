"""One style sheet for a page, put together from the lists in `static/sheets/`."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from mapping.sheets import moved
from tests.source import ROOT

LISTS = sorted(path.name for path in (ROOT / "static" / "sheets").glob("*.css"))
OURS = sorted((ROOT / "static" / "css").glob("*.css"))
STYLES = re.compile(r"<link rel=\"stylesheet\"[^>]*>")


def text(name: str) -> str:
    with open(finders.find(f"sheets/{name}")) as file:
        return file.read()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_found_as_one_sheet_in_its_own_order(name):
    joined = text(name)
    listed = re.findall(r"@import \"\.\./([^\"]+)\"", (ROOT / "static" / "sheets" / name).read_text())
    assert listed[0] == "css/tokens.css" and "@import" not in joined
    assert re.findall(r"/\* ((?:css|npm)/\S+\.css) \*/", joined) == listed
    assert joined.count("{") == joined.count("}")


def test_what_a_sheet_names_is_found_from_the_folder_of_the_joined_ones():
    named = re.findall(r"url\([\"']?([^\"')]+)", text("map.css"))
    files = [one for one in named if not one.startswith(("data:", "#"))]
    assert "../npm/leaflet/images/layers.png" in files
    assert [one for one in files if not finders.find(one.removeprefix("../"))] == []


def test_what_is_for_paper_stays_for_paper():
    printed = text("map.css").partition("@media print {\n/* css/map-print.css */")[2]
    assert ".map-page" in printed


def test_a_sheet_that_imports_another_is_refused():
    with pytest.raises(ImproperlyConfigured, match=r"css/one\.css"):
        moved('@import "two.css";', "css/one.css")


def test_the_server_gets_the_joined_sheets_packed(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", "--ignore=drf_spectacular_sidecar", "--ignore=admin", interactive=False, verbosity=0)
    page = tmp_path / "sheets" / "page.css"
    assert page.read_text() == text("page.css")
    assert (tmp_path / "sheets" / "page.css.gz").stat().st_size < 20_000


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_a_page_asks_for_one_sheet_and_at_most_one_of_its_own(path):
    """The style page shows the components of several families at once; the reference of the API has its maker's."""
    most = {"style.html": 3, "api.html": 2}.get(path.name, 1)
    assert len(STYLES.findall(path.read_text())) <= most


def test_every_sheet_is_in_a_list_or_linked_by_a_page():
    lists = "".join((ROOT / "static" / "sheets" / name).read_text() for name in LISTS)
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    code = "".join((ROOT / "neighbourhoods" / "geoadmin.py").read_text())
    assert [one.name for one in OURS if f"css/{one.name}" not in lists + pages + code] == []
