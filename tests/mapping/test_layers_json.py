"""/layers.json: the shape that strangers' programs rely on."""

import pytest

from mapping.formats import FORMATS
from mapping.layers import LAYERS
from tests import factories as make

pytestmark = pytest.mark.django_db
KEYS = [
    "slug", "title", "description", "geometry_types", "count", "bbox", "version", "crs", "zoom", "licence",
    "attribution", "attributes", "formats", "tiles", "collection",
]  # fmt: skip
TYPES = {"string", "integer", "number", "boolean", "date", "date-time", "uri", "array"}


@pytest.fixture
def entries(get):
    return lambda **params: {entry["slug"]: entry for entry in get("/layers.json", **params)["layers"]}


def bilingual(text) -> bool:
    return list(text) == ["it", "en"] and all(isinstance(said, str) and said for said in text.values())


def test_the_document_holds_every_layer_in_order_and_nothing_else(get, db):
    document = get("/layers.json")
    assert list(document) == ["layers"]
    assert [entry["slug"] for entry in document["layers"]] == list(LAYERS)


@pytest.mark.parametrize("slug", LAYERS)
def test_an_entry_has_the_members_of_the_contract(entries, town, slug):
    entry = entries()[slug]
    assert list(entry) == KEYS
    assert bilingual(entry["title"]) and bilingual(entry["description"])
    assert entry["geometry_types"] and all(isinstance(kind, str) for kind in entry["geometry_types"])
    assert isinstance(entry["version"], str) and entry["version"]
    assert entry["crs"] == ["CRS84", "EPSG:3003", "EPSG:3857", "EPSG:25832", "EPSG:32632"]
    assert 0 <= entry["zoom"][0] <= entry["zoom"][1] <= 22
    assert list(entry["licence"]) == ["id", "url"] and entry["licence"]["url"].startswith("https://")
    assert entry["formats"] == {suffix: f"/layers/{slug}.{suffix}" for suffix in FORMATS}
    assert entry["tiles"] == f"/tiles/{slug}.json"


@pytest.mark.parametrize("slug", LAYERS)
def test_the_attributes_are_those_that_are_published_with_type_values_and_use(entries, db, slug):
    attributes = entries()[slug]["attributes"]
    assert [a["name"] for a in attributes] == [*(a.name for a in LAYERS[slug].published), "url"]
    for said, meant in zip(attributes, LAYERS[slug].published, strict=False):
        assert bilingual(said["title"]) and said["type"] == meant.type in TYPES
        assert (said["filter"], said["search"]) == (meant.filter, meant.search)
        if meant.choices:
            assert [value["value"] for value in said["values"]] == list(meant.choices.values)
            assert all(bilingual(value["title"]) for value in said["values"])
        else:
            assert "values" not in said
    assert attributes[-1]["type"] == "uri"


@pytest.mark.parametrize("slug", LAYERS)
def test_count_and_box_are_those_of_the_geojson(entries, get, town, slug):
    entry, collection = entries()[slug], get(f"{slug}.geojson")
    assert (entry["count"], entry["bbox"]) == (collection["numberMatched"], collection.get("bbox"))


def test_an_empty_layer_has_no_box_and_counts_none(entries, db):
    assert {(entry["count"], entry["bbox"]) for entry in entries().values()} == {(0, None)}


def test_asked_for_a_city_it_counts_that_city_and_its_addresses_say_so(entries, town):
    make.BuildingFactory(city=make.CityFactory(slug="latina"), place=make.point(12.9, 41.46))
    entry = entries(city="latina")["buildings"]
    assert (entry["count"], entry["bbox"]) == (1, [12.9, 41.46, 12.9, 41.46])
    assert entry["formats"]["geojson"] == "/layers/buildings.geojson?city=latina"
    assert entries()["buildings"]["count"] == len(town.buildings) + 1


def test_every_address_it_gives_answers(client, entries, town):
    for entry in entries().values():
        for address in [*entry["formats"].values(), entry["tiles"]]:
            assert client.get(address).status_code == 200, address


def test_every_value_that_is_listed_for_a_filter_is_accepted_as_one(client, entries, db):
    for entry in entries().values():
        for attribute in entry["attributes"]:
            if attribute["filter"]:
                values = [one["value"] for one in attribute.get("values", [{"value": "x"}])]
                response = client.get(entry["formats"]["geojson"], {attribute["name"]: values})
                assert response.status_code == 200, response.content
