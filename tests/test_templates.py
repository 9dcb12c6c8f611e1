"""Templates: every name in them resolves, and nothing in them needs a weaker content policy."""

import ast
import re
from pathlib import Path
from string import Formatter

import allauth
import pytest
from django.template import engines
from django.template.base import Template
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.source import ROOMS, ROOT, python_files, short, templates, tree

PAGES = [path for path in templates() if path.suffix == ".html"]


def name_of(path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def url_names() -> set[str]:
    """Every name that `{% url %}` may say, namespaces included."""
    found = set()

    def walk(resolver, prefix: str = "") -> None:
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            elif entry.name:
                found.add(prefix + entry.name)

    walk(get_resolver())
    return found


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_it_can_be_read(path):
    assert isinstance(engines["django"].get_template(name_of(path)).template, Template)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_template_it_names_is_there(path):
    for name in re.findall(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']", path.read_text()):
        assert (ROOT / "templates" / name).is_file(), name


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_address_it_names_is_in_the_sitemap(path):
    names = set(re.findall(r"{%\s*url\s+[\"']([^\"']+)[\"']", path.read_text()))
    assert not names - url_names()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_it_has_no_inline_script_style_or_handler(path):
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.DOTALL)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "application/json" in script, script
    assert not re.search(r"<style\b|\sstyle\s*=|<[^>]*\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_it_marks_no_text_as_safe_by_hand(path):
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", path.read_text())


def test_every_template_that_the_code_renders_is_there():
    for path in python_files(*ROOMS):
        for name in re.findall(r"[\"']([\w/{}.]+\.(?:html|txt))[\"']", path.read_text()):
            fields = [field for _, field, _, _ in Formatter().parse(name) if field]
            pattern = re.sub(r"{[^}]*}", "*", name)
            known = list((ROOT / "templates").glob(pattern)) + list((ROOT / "static").rglob(pattern.rpartition("/")[2]))
            assert known or fields or "admin/" in name or "leaflet/" in name or name == "robots.txt", (
                f"{short(path)}: {name}"
            )


def test_every_template_is_used():
    texts = [path.read_text() for path in [*PAGES, *python_files(*ROOMS)]]
    patterns = {match for text in texts for match in re.findall(r"[\"'/]([\w/.-]*_?[\w{}._/]+\.html)[\"']", text)}
    dynamic = [re.compile(re.sub(r"{[^}]*}", r"[\\w-]+", one) + "$") for one in patterns]
    handlers = {"400.html", "403.html", "404.html", "410.html", "429.html", "500.html"}
    theirs = Path(allauth.__file__).parent / "templates"
    handlers |= {str(path.relative_to(theirs)) for path in theirs.rglob("*.html")}  # ours stand in for them
    unused = [name_of(path) for path in PAGES if not any(one.search(name_of(path)) for one in dynamic)]
    assert not [name for name in unused if name not in handlers]


def test_every_address_that_the_code_reverses_is_in_the_sitemap():
    for path in python_files(*ROOMS):
        for name in re.findall(r"\b(?:reverse|redirect|reverse_lazy)\(\s*\"([a-z][\w:-]*)\"", path.read_text()):
            assert name in url_names(), f"{short(path)}: {name}"


def test_the_main_addresses_are_those_of_the_contract():
    assert reverse("layers") == "/layers.json"
    assert reverse("layer-data", args=["buildings", "geojson"]) == "/layers/buildings.geojson"
    assert reverse("tile-data", args=["buildings", 1, 2, 3]) == "/tiles/buildings/1/2/3.geojson"
    assert reverse("healthz") == "/healthz"
    with pytest.raises(NoReverseMatch):
        reverse("tile-data", args=["buildings", -1, 0, 0])


def test_what_is_to_be_translated_goes_by_a_name_that_the_extraction_knows():
    """`makemessages` looks for these names; what goes by another stays English for ever."""
    known = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
             "npgettext", "npgettext_lazy"}  # fmt: skip
    strange = []
    for path in python_files(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                words = [one for one in node.names if one.name.endswith(("gettext", "gettext_lazy", "gettext_noop"))]
                strange += [f"{short(path)}: {one.asname}" for one in words if (one.asname or one.name) not in known]
    assert not strange
