"""What is not public is nowhere: in no format, tile, count, box, search, filter, list or tag."""

import dataclasses
import re
from itertools import product

import pytest
from django.utils.translation import gettext_lazy as _

from commons.models import Building, House, Pact, Proposal
from mapping.formats import FORMATS, FileFormat
from mapping.layers import LAYERS
from mapping.registry import Attribute
from neighbourhoods.models import Neighbourhood, Partition
from tests import factories as make
from tests.answers import problem
from tests.mapping.exported import text_of
from tests.town import FAR_AWAY, SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    """The text of an answer, whatever its status; that of a file unpacked."""

    def text(path: str, **params: object) -> str:
        return text_of(client.get(path, params).getvalue(), path.rpartition(".")[2])

    return text


def surfaces() -> list[str]:
    exports = [f"/layers/{slug}.{suffix}" for slug, suffix in product(LAYERS, FORMATS)]
    return [*exports, *(f"/tiles/{slug}/0/0/0.geojson" for slug in LAYERS), "/layers.json"]


@pytest.mark.parametrize("path", surfaces())
def test_nothing_that_is_not_public_is_on_any_surface(read, town, path):
    text = read(path)
    assert SECRET not in text
    for record in town.hidden:
        assert record.uid not in text
    assert not re.search(r"7\.7[89][, ]45\.12", text)


@pytest.mark.parametrize("slug", LAYERS)
def test_counts_and_boxes_ignore_what_is_not_public(get, town, slug):
    records = list(LAYERS[slug].queryset())
    assert not any(SECRET in record.name for record in records)
    entry = next(one for one in get("/layers.json")["layers"] if one["slug"] == slug)
    assert entry["count"] == len(records) == get(f"{slug}.geojson", limit=1)["numberMatched"]
    assert entry["bbox"][2] < FAR_AWAY[0] and entry["bbox"][3] < FAR_AWAY[1]


def test_no_box_tile_or_search_finds_a_hidden_record(get, read, client, town):
    around = f"{FAR_AWAY[0] - 0.001},{FAR_AWAY[1] - 0.001},{FAR_AWAY[0] + 0.001},{FAR_AWAY[1] + 0.001}"
    for slug in ("houses", "proposals", "pacts", "streets"):
        assert all(feature["geometry"] is None for feature in get(f"{slug}.geojson", bbox=around)["features"])
        assert get(f"{slug}.geojson", q=SECRET)["numberMatched"] == 0
        assert client.get(f"/tiles/{slug}/16/34184/23534.geojson").status_code == 204


@pytest.mark.parametrize("state", Proposal.NOT_PUBLIC)
def test_a_draft_and_a_mere_submission_cannot_even_be_asked_for(get, town, state):
    assert get("proposals.geojson", state=state)["numberMatched"] == 0


def test_the_name_of_a_hidden_relation_is_neither_shown_nor_searched(get, town):
    closed = next(f for f in get("houses.geojson")["features"] if f["properties"]["name"] == "Bagni chiusi")
    assert closed["properties"]["operator"] is None
    assert get("houses.geojson", q=f"{SECRET} group")["numberMatched"] == 0
    assert get("houses.geojson", q="Mutuo Soccorso")["numberMatched"] == 1
    quiet = next(f for f in get("pacts.geojson")["features"] if f["properties"]["name"] == "Riserbo")
    assert (quiet["properties"]["building"], quiet["properties"]["house"]) == (None, None)
    assert get("pacts.geojson", q=f"{SECRET} one")["numberMatched"] == 0
    seen = next(f for f in get("pacts.geojson")["features"] if f["properties"]["name"] == "Cura")
    assert seen["properties"]["building"] == town.buildings[0].name


def test_hiding_a_record_takes_it_from_everywhere_at_once_and_showing_it_brings_it_back(read, town):
    one = town.buildings[0]
    before = {path: read(path) for path in surfaces()}
    Building.objects.filter(pk=one.pk).update(visibility="hidden")
    assert not [path for path in surfaces() if one.uid in read(path) or one.name in read(path)]
    Building.objects.filter(pk=one.pk).update(visibility="public")
    for path in surfaces():
        if isinstance(FORMATS.get(path.rpartition(".")[2]), FileFormat):  # says when it was made
            assert (one.uid in read(path)) == (one.uid in before[path])
        else:
            assert path == "/layers.json" or read(path) == before[path]


def test_a_hidden_territory_is_not_shown_as_itself_as_parent_or_as_the_place_of_a_record(read, get, town):
    Neighbourhood.objects.filter(pk=town.east.pk).update(parent=town.lower)
    assert next(f for f in get("neighbourhoods.geojson")["features"] if f["id"] == town.east.uid)["properties"][
        "parent"
    ]
    Neighbourhood.objects.filter(pk=town.lower.pk).update(name=f"{SECRET} seven", visibility="hidden")
    Neighbourhood.objects.filter(pk=town.west.pk).update(name=f"{SECRET} eight", visibility="withdrawn")
    for path in surfaces():
        assert SECRET not in read(path), path
    assert get("buildings.geojson", neighbourhood=f"{SECRET} eight")["numberMatched"] == 0


def test_boundaries_that_are_not_in_force_are_only_shown_on_their_day(read, town):
    old = Partition.objects.create(
        city=town.city, kind="area", role="primary", name="Old", current=False, valid_to="2000-01-01"
    )
    make.NeighbourhoodFactory(city=town.city, partition=old, name=f"{SECRET} old")
    assert not [path for path in surfaces() if SECRET in read(path)]
    assert SECRET in read("/layers/neighbourhoods.geojson", datetime="1999-01-01")


@pytest.fixture
def staff_only(monkeypatch):
    """Buildings with two attributes more, for staff alone: one would filter, the other be searched."""
    more = (
        Attribute("asset_code", _("Asset code"), staff_only=True, filter=True),
        Attribute("parcel", _("Parcel"), staff_only=True, search=True),
    )
    layer = LAYERS["buildings"]
    monkeypatch.setitem(LAYERS, "buildings", dataclasses.replace(layer, attributes=(*more, *layer.attributes)))


def test_an_attribute_for_staff_is_not_published_filtered_or_searched(client, get, read, town, staff_only):
    Building.objects.update(asset_code=SECRET, parcel=SECRET)
    for path in surfaces():
        text = read(path)
        assert SECRET not in text and "asset_code" not in text and "parcel" not in text
    assert get("buildings.geojson", q=SECRET)["numberMatched"] == 0
    problem(client.get("/layers/buildings.geojson", {"asset_code": SECRET}), 400, "unknown-parameter")


@pytest.mark.parametrize("model", [Building, House, Pact, Proposal], ids=lambda model: model.__name__)
def test_columns_that_are_not_in_the_allow_list_are_nowhere(read, town, model):
    slug = model._meta.verbose_name_plural
    published = {attribute.path for layer in LAYERS.values() for attribute in layer.published}
    texts = [f.name for f in model._meta.fields if f.get_internal_type() == "CharField" and not f.choices]
    quiet = [name for name in texts if name not in {*published, "uid", "language"}]
    assert {"source_id"} <= set(quiet), slug
    once = {"source_id", *(f.name for f in model._meta.fields if f.unique)} & set(quiet)
    model.objects.update(**{name: f"{SECRET[:9]}" for name in quiet if name not in once})
    for number, record in enumerate(model.objects.all()):
        model.objects.filter(pk=record.pk).update(**{name: f"{SECRET}{number}" for name in once})
    assert not [path for path in surfaces() if SECRET in read(path)]
