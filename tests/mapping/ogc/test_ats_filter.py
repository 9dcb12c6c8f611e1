"""OGC API Features, Part 3: the abstract tests of queryables and filters, by their identifiers."""

from typing import Any

import pytest

from mapping.layers import LAYERS
from tests.mapping.ogc.ats import (
    REL,
    Ask,
    Check,
    collections,
    edited,
    everything,
    good,
    header,
    items,
    lacks,
    linked,
    media_type,
    notices,
    operation,
    passes,
    refused,
    says,
    status,
)
from tests.mapping.ogc.test_ats_crs import moved

pytestmark = pytest.mark.django_db

PART3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
CLASSES = ("queryables", "queryables-query-parameters", "filter", "features-filter")
BEYOND = "S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))"
WRONG = "THIS IS NOT A FILTER"


def get_conformance(ask: Ask) -> None:
    assert {PART3 + name for name in CLASSES} <= set(good(ask("/conformance"))["conformsTo"])


def queryables(ask: Ask, slug: str) -> Any:
    return good(ask(f"/collections/{slug}/queryables", "application/schema+json"), "application/schema+json")


def get_queryables(ask: Ask) -> None:
    for slug in LAYERS:
        said = queryables(ask, slug)
        assert said["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert said["$id"].endswith(f"/ogc/collections/{slug}/queryables")
        assert said["type"] == "object" and said["properties"] and said["additionalProperties"] is False
        for name, one in said["properties"].items():
            assert one["title"]
            if name == "geometry":
                assert "type" not in one and one["format"].startswith("geometry-")
            else:
                assert one["type"] in {"string", "number", "integer", "boolean", "array"}
        assert set(said["properties"]) == {"geometry", *(attribute.name for attribute in LAYERS[slug].published)}


def get_collection(ask: Ask) -> None:
    for slug in LAYERS:
        own = good(ask(f"/collections/{slug}"))
        found = linked(own, f"{REL}queryables", "application/schema+json")
        assert found and all(f"/collections/{slug}/queryables" in one for one in found)
        head = ask(f"/collections/{slug}/items", method="head")
        assert f'/collections/{slug}/queryables?f=json>; rel="{REL}queryables"' in head.headers["Link"]


def filter_param(ask: Ask) -> None:
    for slug in LAYERS:
        every = everything(ask, slug)
        for name in queryables(ask, slug)["properties"]:
            for language, text in (
                ("cql2-text", f"{name} IS NULL"),
                ("cql2-json", f'{{"op":"isNull","args":[{{"property":"{name}"}}]}}'),
            ):
                found = items(ask, slug, **{"filter": text, "filter-lang": language})["features"]
                wanted = [
                    one for one in every if (one["geometry"] if name == "geometry" else one["properties"][name]) is None
                ]
                assert [one["id"] for one in found] == [one["id"] for one in wanted], (slug, name)
        for language in ("cql2-text", "cql2-json"):
            refused(ask(f"/collections/{slug}/items", **{"filter": WRONG, "filter-lang": language}))


def filter_lang_definition(ask: Ask) -> None:
    for slug in LAYERS:
        parameters = operation(ask, f"/collections/{slug}/items")["parameters"]
        assert parameters["filter"]["schema"]["type"] == "string"
        assert parameters["filter-lang"]["schema"]["enum"] == ["cql2-text", "cql2-json"]
        assert parameters["filter-lang"]["schema"]["default"] == "cql2-text"
        assert parameters["filter-crs"]["schema"]["format"] == "uri"


def filter_lang_default(ask: Ask) -> None:
    for slug in LAYERS:
        plain = items(ask, slug, filter="name LIKE '%a%'")["features"]
        said = items(ask, slug, **{"filter": "name LIKE '%a%'", "filter-lang": "cql2-text"})["features"]
        assert plain == said
        assert all("a" in one["properties"]["name"] for one in plain)
        refused(ask(f"/collections/{slug}/items", filter=WRONG))
    refused(ask("/collections/pacts/items", **{"filter": "name LIKE '%a%'", "filter-lang": "sql"}))


def expression_construction(ask: Ask) -> None:
    for slug in LAYERS:
        for text in ("this_is_not_a_queryable IS NULL", "pk = 1", "visibility = 'hidden'", "city__slug = 'torino'"):
            refused(ask(f"/collections/{slug}/items", filter=text))


def boxes(ask: Ask, slug: str) -> tuple[float, float, float, float]:
    """The box of a collection in degrees, with a little room."""
    ((west, south, east, north),) = next(one for one in collections(ask) if one["id"] == slug)["extent"]["spatial"][
        "bbox"
    ]
    return west - 0.01, south - 0.01, east + 0.01, north + 0.01


def placed(ask: Ask, slug: str) -> list[str]:
    return [one["id"] for one in everything(ask, slug) if one["geometry"]]


def filter_crs_wgs84(ask: Ask) -> None:
    for slug in LAYERS:
        box = ",".join(map(str, boxes(ask, slug)))
        found = items(ask, slug, filter=f"S_INTERSECTS(geometry,BBOX({box}))")["features"]
        assert [one["id"] for one in found] == placed(ask, slug)
        refused(ask(f"/collections/{slug}/items", filter=BEYOND))


def filter_crs_param(ask: Ask) -> None:
    for one in collections(ask):
        slug, (west, south, east, north) = one["id"], boxes(ask, one["id"])
        for uri in one["crs"]:
            (a, b), (c, d) = moved(west, south, uri), moved(east, north, uri)
            text = f"S_INTERSECTS(geometry,BBOX({a!r},{b!r},{c!r},{d!r}))"
            found = items(ask, slug, **{"filter": text, "filter-crs": uri})["features"]
            assert [feature["id"] for feature in found] == placed(ask, slug), uri
        nowhere = {"filter": text, "filter-crs": "http://www.opengis.net/def/crs/OGC/0/does_not_exist"}
        refused(ask(f"/collections/{slug}/items", **nowhere))


def mixing_expressions(ask: Ask) -> None:
    for slug in LAYERS:
        box = ",".join(map(str, boxes(ask, slug)))
        text = f"S_INTERSECTS(geometry,BBOX({box}))"
        found = items(ask, slug, filter=text, bbox=box)["features"]
        assert [one["id"] for one in found] == placed(ask, slug)
        assert not items(ask, slug, filter=text, bbox="100,10,101,11")["features"]
    both = items(ask, "buildings", filter="floor_area >= 200", use_status="reused")["features"]
    assert both and all(one["properties"]["floor_area"] >= 200 for one in both)
    assert all(one["properties"]["use_status"] == "reused" for one in both)


def query_parameters(ask: Ask) -> None:
    """Every simple queryable is a parameter with the same schema, and narrows."""
    for slug in LAYERS:
        parameters = operation(ask, f"/collections/{slug}/items")["parameters"]
        features = everything(ask, slug)
        for name, one in queryables(ask, slug)["properties"].items():
            if one.get("type", "array") == "array":
                continue
            schema = parameters[name]["schema"]
            assert (schema["type"] == one["type"] and schema.get("enum", []) == one.get("enum", [])) or name == "city"
            values = {feature["properties"][name] for feature in features} - {None, ""}
            for value in sorted(values, key=str)[:2]:
                text = str(value).lower() if isinstance(value, bool) else str(value)
                found = items(ask, slug, **{name: text})["features"]
                wanted = [feature["id"] for feature in features if feature["properties"][name] == value]
                assert [feature["id"] for feature in found] == wanted, (slug, name, value)


def one_more(document: Any) -> None:
    document["features"].append({"id": "x", "properties": {"name": "x", "floor_area": 0}, "geometry": None})


def undescribed(document: Any) -> None:
    document["paths"]["/collections/houses/items"]["get"]["parameters"].pop(-2)


CHECKS = [
    Check(
        "/conf/filter/get-conformance",
        get_conformance,
        {name: ("/conf", edited(lambda said, name=name: said["conformsTo"].remove(PART3 + name))) for name in CLASSES},
    ),
    Check(
        "/conf/filter/get-collections",
        lambda ask: [queryables(ask, one["id"]) for one in collections(ask)],
        {"no list": ("/collections$", lacks("collections"))},
    ),
    Check(
        "/conf/queryables/get-queryables",
        get_queryables,
        {
            "another schema": ("/queryables", says("x", "$schema")),
            "with a query": ("/queryables", says("/ogc/collections/x/queryables?f=json", "$id")),
            "a geometry with a type": ("/queryables", says("string", "properties", "geometry", "type")),
            "no type": ("/queryables", lacks("properties", "name", "type")),
            "plain JSON": ("/queryables", media_type("application/json")),
            "more may come": ("/queryables", says(True, "additionalProperties")),
        },
    ),
    Check(
        "/conf/queryables/queryables-link",
        get_collection,
        {
            "no link": ("/collections/pacts$", says([], "links")),
            "no header": ("/pacts/items", header("Link", "")),
        },
    ),
    Check(
        "/conf/filter/filter-param",
        filter_param,
        {
            "all of them": ("/buildings/items.*name IS NULL", edited(one_more)),
            "let through": (f"filter={WRONG}", status(200)),
            "refused": ("isNull", status(400)),
        },
    ),
    Check(
        "/conf/filter/filter-lang-param",
        filter_lang_definition,
        {
            "no default": ("/api", lacks("components", "parameters", "filter-lang", "schema", "default")),
            "no list": ("/api", lacks("components", "parameters", "filter-lang", "schema", "enum")),
        },
    ),
    Check(
        "/conf/filter/filter-lang-default",
        filter_lang_default,
        {
            "all of them": ("filter=name LIKE '%a%'$", edited(one_more)),
            "any language": ("filter-lang=sql", status(200)),
        },
    ),
    Check(
        "/conf/filter/expression-construction",
        expression_construction,
        {"let through": ("this_is_not", status(200)), "a mistake of ours": ("visibility", status(500))},
    ),
    Check(
        "/conf/filter/filter-crs-wgs84",
        filter_crs_wgs84,
        {"one more": ("BBOX", edited(one_more)), "let through": ("1000000", status(200))},
    ),
    Check(
        "/conf/filter/filter-crs-param",
        filter_crs_param,
        {"one more": ("filter-crs=.*32632", edited(one_more)), "let through": ("does_not_exist", status(200))},
    ),
    Check(
        "/conf/filter/mixing-expressions",
        mixing_expressions,
        {"the box is forgotten": ("bbox=100", edited(one_more)), "the filter is": ("use_status", edited(one_more))},
    ),
    Check(
        "/conf/queryables-query-parameters/parameters",
        query_parameters,
        {
            "one more": (r"/houses/items\?name=", edited(one_more)),
            "not described": (
                "/api",
                edited(lambda said: said["paths"]["/collections/houses/items"]["get"]["parameters"].pop(-2)),
            ),
        },
    ),
    Check("/conf/features-filter/filter-on-items", filter_param, {"refused": ("/waters/items.*IS NULL", status(400))}),
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_server_passes(check, ask):
    passes(check, ask)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_a_faulty_server_does_not(check, ask):
    notices(check, ask)
