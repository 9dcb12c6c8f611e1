"""OGC API Features, Part 1: the abstract tests of `core`, by their identifiers."""

from datetime import datetime
from typing import Any

import pytest

from mapping.layers import LAYERS
from tests.mapping.ogc.ats import (
    CRS84,
    OPENAPI,
    Ask,
    Check,
    body,
    collections,
    edited,
    everything,
    good,
    items,
    lacks,
    linked,
    media_type,
    notices,
    one_link,
    operation,
    passes,
    positions,
    refused,
    says,
    status,
    without_link,
)

pytestmark = pytest.mark.django_db

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
ITEMS = r"/buildings/items"
BOX = "7.66,45.04,7.70,45.06"


def http(ask: Ask) -> None:
    for path in ("/", "/conformance", "/collections", "/api"):
        assert ask(path).status == 200
        head = ask(path, method="head")
        assert head.status == 200 and not head.body
        assert ask(path, method="post").status == 405


def root_success(ask: Ask) -> None:
    landing = good(ask("/"))
    assert landing["title"] and landing["description"]
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert linked(landing, rel), rel
    one_link(landing, "self")


def api_definition(ask: Ask) -> None:
    landing = good(ask("/"))
    document = good(ask(one_link(landing, "service-desc")), OPENAPI)
    assert document["openapi"].startswith("3.0.")
    page = ask(one_link(landing, "service-doc"), "text/html")
    assert page.status == 200 and page.type.startswith("text/html")


def conformance_success(ask: Ask) -> None:
    assert CORE in good(ask(linked(good(ask("/")), "conformance")[0]))["conformsTo"]


def fc_md_success(ask: Ask) -> None:
    assert [one["id"] for one in collections(ask)] == list(LAYERS)
    for one in collections(ask):
        assert one["title"] and one["links"] and one["itemType"] == "feature"


def fc_md_links(ask: Ask) -> None:
    document = good(ask("/collections"))
    one_link(document, "self", "application/json")
    one_link(document, "alternate", "text/html")


def fc_md_items_links(ask: Ask) -> None:
    for one in collections(ask):
        for kind in ("application/geo+json", "text/html"):
            assert f"/collections/{one['id']}/items" in one_link(one, "items", kind)


def fc_md_extent(ask: Ask) -> None:
    for one in collections(ask):
        (west, south, east, north), *_rest = one["extent"]["spatial"]["bbox"]
        for feature in everything(ask, one["id"]):
            for x, y in positions(feature["geometry"]):
                assert west <= x <= east and south <= y <= north
        for first, last in one["extent"].get("temporal", {}).get("interval", []):
            layer = LAYERS[one["id"]]
            names = {attribute.path: attribute.name for attribute in layer.published}
            for feature in everything(ask, one["id"]):
                start, end = (feature["properties"][names[path]] for path in layer.temporal)
                assert first is None or (start and start >= first[:10])
                assert last is None or (end and end <= last[:10])


def sfc_md_success(ask: Ask) -> None:
    for one in collections(ask):
        own = good(ask(f"/collections/{one['id']}"))
        for member in ("id", "title", "description", "extent", "itemType", "crs"):
            assert own[member] == one[member]
        assert {link["href"] for link in one["links"]} <= {link["href"] for link in own["links"]}
    refused(ask("/collections/nothing"), 404)


def fc_op(ask: Ask) -> None:
    for one in collections(ask):
        good(ask(linked(one, "items", "application/geo+json")[0]), "application/geo+json")


def bbox_definition(ask: Ask) -> None:
    for slug in LAYERS:
        box = operation(ask, f"/collections/{slug}/items")["parameters"]["bbox"]
        assert (box["in"], box["required"], box["style"], box["explode"]) == ("query", False, "form", False)
        schema = box["schema"]
        assert (schema["type"], schema["minItems"], schema["maxItems"]) == ("array", 4, 6)
        assert schema["items"]["type"] == "number"


def bbox_response(ask: Ask) -> None:
    west, south, east, north = (float(number) for number in BOX.split(","))
    found = {one["id"] for one in items(ask, "buildings", bbox=BOX)["features"]}
    assert found == {
        one["id"] for one in items(ask, "buildings", bbox=f"{west},{south},0,{east},{north},9")["features"]
    }
    for one in everything(ask, "buildings"):
        places = positions(one["geometry"])
        if any(west <= x <= east and south <= y <= north for x, y in places) or not places:
            assert one["id"] in found
        if places and (
            min(x for x, _ in places) > east
            or max(x for x, _ in places) < west
            or min(y for _, y in places) > north
            or max(y for _, y in places) < south
        ):
            assert one["id"] not in found
    for box in ("177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85"):
        far = items(ask, "buildings", bbox=box)["features"]
        assert far and all(one["geometry"] is None for one in far)
    whole = items(ask, "buildings", bbox="-180,-90,180,90")
    assert whole["numberMatched"] == len(everything(ask, "buildings"))
    for wrong in ("1,2,3", "a,b,c,d", "1,2,3,4,5", "7,46,8,45", "7,45,8,91", "7,45,8,nan", ""):
        refused(ask("/collections/buildings/items", bbox=wrong))


def limit_definition(ask: Ask) -> None:
    for slug in LAYERS:
        limit = operation(ask, f"/collections/{slug}/items")["parameters"]["limit"]
        assert (limit["in"], limit["required"]) == ("query", False)
        schema = limit["schema"]
        assert schema["type"] == "integer" and schema["minimum"] == 1
        assert schema["minimum"] <= schema["default"] <= schema["maximum"]


def limit_response(ask: Ask) -> None:
    matched = items(ask, "buildings")["numberMatched"]
    for limit in (1, 2, matched - 1, matched, matched + 1, 10_000, 10_001, 99_999_999):
        page = items(ask, "buildings", limit=str(limit))
        assert len(page["features"]) == min(limit, matched)
    for wrong in ("0", "-1", "unlimited", "1.5", ""):
        refused(ask("/collections/buildings/items", limit=wrong))


def time_definition(ask: Ask) -> None:
    for slug in LAYERS:
        when = operation(ask, f"/collections/{slug}/items")["parameters"]["datetime"]
        assert (when["in"], when["required"], when["schema"]["type"]) == ("query", False, "string")


def time_response(ask: Ask) -> None:
    pacts = everything(ask, "pacts")
    for said, first, last in (
        ("2020-06-01", "2020-06-01", "2020-06-01"),
        ("2020-06-01T12:00:00Z", "2020-06-01", "2020-06-01"),
        ("2019-01-01/2019-12-31", "2019-01-01", "2019-12-31"),
        ("../2019-12-31", "", "2019-12-31"),
        ("2020-01-01/..", "2020-01-01", "9999"),
        ("/2019-12-31", "", "2019-12-31"),
        ("2020-01-01/", "2020-01-01", "9999"),
    ):
        found = {one["id"] for one in items(ask, "pacts", datetime=said)["features"]}
        wanted = {
            one["id"]
            for one in pacts
            if (one["properties"]["starts_on"] or "") <= last and (one["properties"]["ends_on"] or "9999") >= first
        }
        assert found == wanted and found, said
    without = items(ask, "buildings", datetime="1900-01-01")
    assert without["numberMatched"] == len(everything(ask, "buildings"))
    for wrong in ("yesterday", "2020-13-01", "2021-01-01/2020-01-01", "2020-01-01/2020-01-02/2020-01-03", ""):
        refused(ask("/collections/pacts/items", datetime=wrong))


def fc_response(ask: Ask) -> None:
    for slug in LAYERS:
        page = items(ask, slug)
        assert page["type"] == "FeatureCollection" and isinstance(page["features"], list)
        for one in page["features"]:
            assert one["type"] == "Feature" and one["id"] and "geometry" in one and "properties" in one


def fc_links(ask: Ask) -> None:
    seen, page = [], items(ask, "buildings", limit="3")
    wanted = [one["id"] for one in everything(ask, "buildings")]
    for _ in range(len(wanted)):
        one_link(page, "self", "application/geo+json")
        one_link(page, "alternate", "text/html")
        seen += [one["id"] for one in page["features"]]
        following = linked(page, "next")
        assert bool(following) == (len(seen) < len(wanted))
        if not following:
            break
        page = good(ask(following[0]), "application/geo+json")
    assert seen == wanted


def time_stamp(ask: Ask) -> None:
    said = items(ask, "buildings")["timeStamp"]
    assert said.endswith("Z")
    assert abs((datetime.fromisoformat(said) - datetime.now().astimezone()).total_seconds()) < 60


def number_matched(ask: Ask) -> None:
    counted, page = 0, items(ask, "buildings", limit="4")
    matched = page["numberMatched"]
    while True:
        assert page["numberMatched"] == matched
        counted += len(page["features"])
        if not (following := linked(page, "next")):
            break
        page = good(ask(following[0]), "application/geo+json")
    assert counted == matched


def number_returned(ask: Ask) -> None:
    for limit in ("1", "5", "100"):
        page = items(ask, "buildings", limit=limit)
        assert page["numberReturned"] == len(page["features"])


def f_success(ask: Ask) -> None:
    for slug in LAYERS:
        for listed in everything(ask, slug):
            one = good(ask(f"/collections/{slug}/items/{listed['id']}"), "application/geo+json")
            assert one["type"] == "Feature"
            for member in ("id", "geometry", "properties"):
                assert one[member] == listed[member]
    refused(ask("/collections/buildings/items/nothing"), 404)


def f_links(ask: Ask) -> None:
    (listed,) = items(ask, "buildings", limit="1")["features"]
    one = good(ask(f"/collections/buildings/items/{listed['id']}"), "application/geo+json")
    one_link(one, "self", "application/geo+json")
    one_link(one, "alternate", "text/html")
    assert one_link(one, "collection", "application/json")


def crs84(ask: Ask) -> None:
    for slug in LAYERS:
        answer = ask(f"/collections/{slug}/items")
        for one in good(answer, "application/geo+json")["features"]:
            assert "crs" not in one
            for x, y in positions(one["geometry"]):
                assert 7 < x < 8 and 45 < y < 46
        assert answer.headers.get("Content-Crs") == f"<{CRS84}>"


def unknown_parameter(ask: Ask) -> None:
    (one,) = items(ask, "buildings", limit="1")["features"]
    for path in (
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/collections/buildings",
        "/collections/buildings/items",
        f"/collections/buildings/items/{one['id']}",
        "/collections/buildings/queryables",
        "/collections/buildings/tiles",
        "/collections/buildings/tiles/WebMercatorQuad",
    ):
        refused(ask(path, this_is_unknown="1"))


def invalid_parameter(ask: Ask) -> None:
    for name in ("limit", "bbox", "datetime", "crs", "bbox-crs", "filter", "filter-lang", "filter-crs", "cursor", "f"):
        refused(ask("/collections/buildings/items", **{name: "this is wrong"}))
    for name, value in (("use_status", "nowhere"), ("floor_area", "many"), ("example", "perhaps"), ("city", "A B")):
        refused(ask("/collections/buildings/items", **{name: value}))
    refused(ask("/collections", f="xml"))
    refused(ask("/collections", "image/png"), 406)


def shifted(document: Any) -> None:
    """One position of the first place that there is, exchanged."""
    for one in document["features"]:
        if one["geometry"] and one["geometry"]["type"] == "Point":
            one["geometry"]["coordinates"].reverse()
            return


def shrunk(document: Any) -> None:
    for one in document["collections"]:
        one["extent"]["spatial"]["bbox"] = [[7.0, 45.0, 7.001, 45.001]]


def flat(document: Any) -> None:
    for one in document["collections"]:
        one["extent"]["spatial"]["bbox"] = one["extent"]["spatial"]["bbox"][0]


def later(document: Any) -> None:
    for one in document["collections"]:
        one["extent"]["temporal"] = {"interval": [["2090-01-01T00:00:00Z", None]]}


def unplaced_left_out(document: Any) -> None:
    document["features"] = [one for one in document["features"] if one["geometry"]]


def first_left_out(document: Any) -> None:
    del document["features"][0]


def first_twice(document: Any) -> None:
    document["features"].insert(0, document["features"][0])


def untyped(document: Any) -> None:
    del document["links"][0]["type"]


def next_forgotten(document: Any) -> None:
    document["links"] = [one for one in document["links"] if one["rel"] != "next"]


def of_parameter(name: str, change: Any) -> Any:
    return edited(lambda document: change(document["components"]["parameters"][name]["schema"]))


CHECKS = [
    Check(
        "/conf/core/http",
        http,
        {"no answer": ("^/conformance", status(500)), "writes": ("^/collections$", status(200))},
    ),
    Check("/conf/core/root-op", lambda ask: good(ask("/")), {"gone": ("^/$", status(404))}),
    Check(
        "/conf/core/root-success",
        root_success,
        {
            **{
                f"no {rel}": ("^/$", without_link(rel))
                for rel in ("service-desc", "service-doc", "conformance", "data", "self")
            },
            "a link without its type": ("^/$", edited(untyped)),
        },
    ),
    Check(
        "/conf/core/api-definition-op",
        lambda ask: good(ask("/api"), OPENAPI),
        {"no answer": ("/api", status(404)), "no version": ("/api", media_type("application/json"))},
    ),
    Check(
        "/conf/core/api-definition-success",
        api_definition,
        {
            "another version": ("/api", says("3.1.0", "openapi")),
            "YAML": ("/api", media_type("application/yaml")),
            "no page": ("html", media_type("application/json")),
        },
    ),
    Check(
        "/conf/core/conformance-op", lambda ask: good(ask("/conformance")), {"no answer": ("/conformance", status(404))}
    ),
    Check(
        "/conf/core/conformance-success",
        conformance_success,
        {"core is not said": ("/conformance", edited(lambda said: said["conformsTo"].remove(CORE)))},
    ),
    Check("/conf/core/fc-md-op", lambda ask: good(ask("/collections")), {"no answer": ("/collections", status(404))}),
    Check(
        "/conf/core/fc-md-success",
        fc_md_success,
        {
            "no collections": ("/collections", lacks("collections")),
            "no links": ("/coll", lacks("collections", 0, "links")),
        },
    ),
    Check(
        "/conf/core/fc-md-links",
        fc_md_links,
        {"no self": ("/coll", without_link("self")), "no alternate": ("/coll", without_link("alternate"))},
    ),
    Check(
        "/conf/core/fc-md-items",
        lambda ask: fc_md_success(ask),
        {"one is missing": ("/coll", edited(lambda said: said["collections"].pop()))},
    ),
    Check(
        "/conf/core/fc-md-items-links",
        fc_md_items_links,
        {
            "no page of items": (
                "/coll",
                edited(
                    lambda said: said["collections"][0].update(
                        links=[one for one in said["collections"][0]["links"] if one["type"] != "text/html"]
                    )
                ),
            )
        },
    ),
    Check(
        "/conf/core/fc-md-extent",
        fc_md_extent,
        {
            "too small": ("/collections$", edited(shrunk)),
            "one array": ("/collections$", edited(flat)),
            "begins too late": ("/collections$", edited(later)),
        },
    ),
    Check(
        "/conf/core/sfc-md-op",
        lambda ask: [good(ask(f"/collections/{slug}")) for slug in LAYERS],
        {"no answer": ("/collections/waters", status(404))},
    ),
    Check(
        "/conf/core/sfc-md-success",
        sfc_md_success,
        {
            "another title": ("/collections/buildings$", says("x", "title")),
            "fewer links": ("/collections/buildings$", without_link("items")),
            "what is not there": ("/nothing$", status(200)),
        },
    ),
    Check("/conf/core/fc-op", fc_op, {"no answer": ("/pacts/items", status(500))}),
    Check(
        "/conf/core/fc-bbox-definition",
        bbox_definition,
        {
            "exploded": ("/api", edited(lambda d: d["components"]["parameters"]["bbox"].update(explode=True))),
            "no least": ("/api", of_parameter("bbox", lambda schema: schema.pop("minItems"))),
            "no most": ("/api", of_parameter("bbox", lambda schema: schema.pop("maxItems"))),
        },
    ),
    Check(
        "/conf/core/fc-bbox-response",
        bbox_response,
        {
            "unplaced left out": ("bbox=177", edited(unplaced_left_out)),
            "one left out": (f"bbox={BOX}", edited(first_left_out)),
            "refused at 180 degrees": ("bbox=177", status(400)),
            "all of them": (f"bbox={BOX}", lambda answer: answer),
        },
    ),
    Check(
        "/conf/core/fc-limit-definition",
        limit_definition,
        {
            "no least": ("/api", of_parameter("limit", lambda schema: schema.pop("minimum"))),
            "no default": ("/api", of_parameter("limit", lambda schema: schema.pop("default"))),
        },
    ),
    Check(
        "/conf/core/fc-limit-response",
        limit_response,
        {
            "one too many": ("limit=2$", edited(first_twice)),
            "an error above the most": ("limit=10001", status(400)),
            "what is no number": ("unlimited", status(200)),
        },
    ),
    Check(
        "/conf/core/fc-time-definition",
        time_definition,
        {"a number": ("/api", of_parameter("datetime", lambda schema: schema.update(type="number")))},
    ),
    Check(
        "/conf/core/fc-time-response",
        time_response,
        {
            "one left out": (r"datetime=\.\./2019", edited(first_left_out)),
            "untimed left out": ("datetime=1900", says(0, "numberMatched")),
            "what is no time": ("yesterday", status(200)),
        },
    ),
    Check(
        "/conf/core/fc-response",
        fc_response,
        {
            "no type": (ITEMS, lacks("type")),
            "no geometry": (ITEMS, lacks("features", 0, "geometry")),
            "an error": (ITEMS, status(500)),
        },
    ),
    Check(
        "/conf/core/fc-links",
        fc_links,
        {
            "no next": (f"{ITEMS}.*limit=3", edited(next_forgotten)),
            "no self": (ITEMS, without_link("self")),
            "no alternate": (ITEMS, without_link("alternate")),
            "one left out": ("cursor=", edited(first_left_out)),
            "one twice": ("cursor=", edited(first_twice)),
        },
    ),
    Check(
        "/conf/core/fc-timeStamp",
        time_stamp,
        {
            "long ago": (ITEMS, says("2020-01-01T00:00:00Z", "timeStamp")),
            "a day": (ITEMS, says("2020-01-01", "timeStamp")),
        },
    ),
    Check(
        "/conf/core/fc-numberMatched",
        number_matched,
        {"of the page": (f"{ITEMS}.*limit=4", edited(lambda said: said.update(numberMatched=4)))},
    ),
    Check(
        "/conf/core/fc-numberReturned",
        number_returned,
        {"one more": (ITEMS, edited(lambda said: said.update(numberReturned=said["numberReturned"] + 1)))},
    ),
    Check(
        "/conf/core/f-op",
        lambda ask: f_links(ask),
        {"no answer": (f"{ITEMS}/", status(404)), "plain JSON": (f"{ITEMS}/", media_type("application/json"))},
    ),
    Check(
        "/conf/core/f-success",
        f_success,
        {
            "another id": (f"{ITEMS}/", says("x", "id")),
            "another place": ("/houses/items/", says(None, "geometry")),
            "what is not there": ("/nothing$", status(200)),
        },
    ),
    Check(
        "/conf/core/f-links",
        f_links,
        {f"no {rel}": (f"{ITEMS}/", without_link(rel)) for rel in ("self", "alternate", "collection")},
    ),
    Check("/conf/core/crs84", crs84, {"latitude first": (ITEMS, edited(shifted))}),
    Check(
        "/conf/core/query-param-unknown",
        unknown_parameter,
        {"let through": ("/items.*this_is_unknown", status(200)), "no problem": ("unknown", body(b"{}"))},
    ),
    Check(
        "/conf/core/query-param-invalid",
        invalid_parameter,
        {"let through": ("bbox=this", status(200)), "a mistake of ours": ("crs=this", status(500))},
    ),
]
CHECKS[17].faults["all of them"] = (f"bbox={BOX}", edited(lambda said: said["features"].append({"id": "x"})))


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_server_passes(check, ask):
    passes(check, ask)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_a_faulty_server_does_not(check, ask):
    notices(check, ask)
