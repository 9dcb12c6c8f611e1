"""The style page, and the drawings that say what a place is without colour."""

import re

import pytest

from mapping.layers import LAYERS
from mapping.style_page import FILLS, KINDS, SCENES, SampleForm, samples, states
from tests.source import ROOT, templates

pytestmark = pytest.mark.django_db
MARKS = (ROOT / "static" / "img" / "marks.svg").read_text()
CSS = "\n".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", ["/style/", "/en/style/"])
def test_it_shows_every_part_and_is_not_for_search_engines(client, town, path):
    page = client.get(path).content.decode()
    assert '<meta name="robots" content="noindex">' in page
    for part in ("button-danger", "field-wrong", "tag-example", "card", "table-scroll", "alert-notice", "loading",
                 "empty", "chip", "panel", "panel-head", "tool", "notice", "pages", "steps", "way-now", "figures",
                 "scene", "offline-bar"):  # fmt: skip
        assert re.search(rf'class="[^"]*\b{part}\b', page), part
    assert page.count('class="thing"') > 1


def test_it_stands_without_any_data(client):
    assert client.get("/en/style/").status_code == 200


def test_its_samples_are_public_and_one_has_a_very_long_name(town):
    shown = samples(town.city)
    assert all(type(one).objects.public().filter(pk=one.pk).exists() for one in shown)
    assert len(shown[-1].name) > 150
    assert SampleForm({}).is_valid() is False


def test_every_kind_of_place_has_a_drawing_of_its_own_shape():
    drawn = dict(re.findall(r'<symbol id="(\w+)"[^>]*>(.*?)</symbol>', MARKS, flags=re.DOTALL))
    used = {layer.legend.kind for layer in LAYERS.values()}
    assert used <= set(drawn) and set(KINDS) == set(drawn)
    outlines = {kind: re.findall(r'(?: d| rect x| cx)="([^"]+)"', body)[0] for kind, body in drawn.items()}
    assert len(set(outlines.values())) == len(outlines)


def test_every_state_has_a_fill_and_a_word():
    shown = states()
    assert {fill for _kind, fill, _word in shown} <= set(FILLS)
    assert all(str(word) for _kind, _fill, word in shown) and len(shown) > 10
    for layer in LAYERS.values():
        if layer.legend.attribute and layer.legend.marks:
            named = {word for kind, _fill, word in shown if kind == layer.legend.kind}
            assert len(named) > 1


def test_templates_draw_no_mark_of_their_own():
    own = [str(path) for path in templates() if re.search(rf'class="mark mark-({"|".join(KINDS)})', path.read_text())]
    assert own == []


def test_every_scene_is_drawn_and_every_page_of_trouble_has_one():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "static" / "img" / "scenes.svg").read_text()))
    assert drawn == set(SCENES)
    for name in ("400", "403", "404", "410", "429", "500", "503", "problem", "mapping/offline"):
        text = (ROOT / "templates" / f"{name}.html").read_text()
        scene = re.search(r"scene=\"(\w+)\"|scenes\.svg' %}#(\w+)", text)
        assert set(filter(None, scene.groups())) <= drawn, name


def test_the_style_page_shows_every_colour_of_the_tokens():
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text().partition("@media screen")[0]
    named = set(re.findall(r"--([\w-]+): #", tokens))
    shown = set(re.findall(r'\[data-token="([\w-]+)"\]', CSS))
    assert named - shown == {"on-accent", "casing", "on-band", "white", "black", "night", "on-night"}
