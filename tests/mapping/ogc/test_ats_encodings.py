"""OGC API Features, Part 1: the abstract tests of `geojson`, `html` and `oas30`, by their identifiers."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from mapping.layers import LAYERS
from tests.mapping.ogc.ats import (
    OPENAPI,
    Ask,
    Check,
    body,
    edited,
    good,
    items,
    lacks,
    linked,
    media_type,
    notices,
    passes,
    refused,
    resolve,
    says,
    status,
    without_link,
    worded,
)

pytestmark = pytest.mark.django_db

PART1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
DOCUMENTS = ("/", "/conformance", "/collections", "/collections/buildings", "/collections/buildings/items")
MORE = ("/collections/buildings/queryables", "/collections/buildings/tiles", "/api")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """A page as its text, its links and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: set[str] = set()
        self.words: list[str] = []
        self.declared = ""
        self.feed(text)

    def handle_decl(self, decl: str) -> None:
        self.declared = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.add(dict(attrs).get("href") or "")
        if tag not in VOID and not self.svg(tag):
            self.open.append(tag)

    def svg(self, tag: str) -> bool:
        return tag in {"path", "circle", "use"}

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and not self.svg(tag):
            assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(ask: Ask, path: str) -> Page:
    answer = ask(path, "text/html")
    assert answer.status == 200 and answer.type == "text/html;charset=utf-8"
    found = Page(answer.body.decode())
    assert found.declared == "doctype html" and not found.open
    return found


def claims(name: str) -> Any:
    def holds(ask: Ask) -> None:
        assert PART1 + name in good(ask("/conformance"))["conformsTo"]

    return holds


def geojson_definition(ask: Ask) -> None:
    claims("geojson")(ask)
    features = ask("/collections/buildings/items", "application/geo+json")
    good(features, "application/geo+json")
    (one,) = items(ask, "buildings", limit="1")["features"]
    good(ask(f"/collections/buildings/items/{one['id']}", "application/geo+json"), "application/geo+json")


def geojson_content(ask: Ask) -> None:
    for slug in LAYERS:
        said = items(ask, slug)
        assert said["type"] == "FeatureCollection" and said["links"]
        for one in said["features"]:
            assert one["type"] == "Feature" and isinstance(one["properties"], dict)
            assert set(one) == {"type", "id", "geometry", "properties"}
            assert one["geometry"] is None or set(one["geometry"]) == {"type", "coordinates"}
    for path in DOCUMENTS[:-1]:
        good(ask(path, "application/json"))


def html_definition(ask: Ask) -> None:
    claims("html")(ask)
    (one,) = items(ask, "buildings", limit="1")["features"]
    for path in (*DOCUMENTS, *MORE, f"/collections/buildings/items/{one['id']}"):
        page(ask, path)
        assert ask(path, f="html").type == "text/html;charset=utf-8"


def html_content(ask: Ask) -> None:
    for path in DOCUMENTS:
        document, seen = ask(path).json, page(ask, path)
        for one in document["links"]:
            assert one["href"] in seen.links, one
    (one,) = items(ask, "buildings", limit="1", use_status="reused")["features"]
    text = " ".join(page(ask, f"/collections/buildings/items/{one['id']}").words)
    for name, value in one["properties"].items():
        if isinstance(value, str) and value and name in {"name", "city", "source_note", "attribution", "address"}:
            assert value in text, name
        if value not in (None, "", []) and name != "url":
            assert name in text, name
    own = good(ask(f"/collections/buildings/items/{one['id']}"), "application/geo+json")
    for link in own["links"]:
        assert link["href"] in page(ask, f"/collections/buildings/items/{one['id']}").links


def oas_definition_1(ask: Ask) -> None:
    assert linked(good(ask("/")), "service-desc", OPENAPI) and linked(good(ask("/")), "service-doc", "text/html")
    assert PART1 + "oas30" in good(ask("/conformance"))["conformsTo"]


def described(ask: Ask) -> Any:
    return good(ask("/api", OPENAPI), OPENAPI)


def oas_definition_2(ask: Ask) -> None:
    document = described(ask)
    assert (
        re.fullmatch(r"3\.0\.[0-4]", document["openapi"]) and document["info"]["title"] and document["info"]["version"]
    )
    names = [one["get"]["operationId"] for one in document["paths"].values()]
    assert len(names) == len(set(names))
    for path, one in document["paths"].items():
        assert path.startswith("/") and set(one) == {"get"}
        parameters = [resolve(document, parameter) for parameter in one["get"]["parameters"]]
        in_path = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert len({parameter["name"] for parameter in parameters}) == len(parameters)
        for parameter in parameters:
            assert parameter["required"] == (parameter["in"] == "path") and "schema" in parameter
        for answer in one["get"]["responses"].values():
            assert resolve(document, answer)["description"]
    for reference in re.findall(r'"\$ref": ?"([^"]+)"', ask("/api").body.decode()):
        assert resolve(document, {"$ref": reference})


def filled(ask: Ask, path: str) -> str:
    """A path of the description with values in place of its variables."""
    if "{featureId}" in path:
        slug = path.split("/")[2]
        (one,) = items(ask, slug, limit="1")["features"]
        path = path.replace("{featureId}", one["id"])
    return path.replace("{tileMatrix}/{tileRow}/{tileCol}", "12/1472/2135")


def oas_completeness(ask: Ask) -> None:
    """Everything that is described is there, and everything that is there is described."""
    document = described(ask)
    for path, one in document["paths"].items():
        answer = ask(filled(ask, path))
        said = resolve(document, one["get"]["responses"][str(answer.status)])
        assert answer.status in {200, 204}
        if answer.status == 200:
            assert answer.type in {kind.replace(" ", "") for kind in said["content"]}, path
            if "headers" in said:
                assert set(said["headers"]) <= set(answer.headers)
    for slug in LAYERS:
        for below in ("", "/items", "/items/{featureId}", "/queryables", "/tiles"):
            assert f"/collections/{slug}{below}" in document["paths"]


def oas_valid_answers(ask: Ask) -> None:
    document = nullable(described(ask))
    registry = Registry().with_resource("urn:api", DRAFT4.create_resource(document))
    for path, one in document["paths"].items():
        answer = ask(filled(ask, path))
        content = one["get"]["responses"].get("200", {}).get("content", {})
        kind = next((kind for kind in content if "json" in kind), "")
        if kind and answer.status == 200:
            schema = {"$ref": "urn:api" + content[kind]["schema"]["$ref"]}
            assert not [str(error) for error in Draft4Validator(schema, registry=registry).iter_errors(answer.json)]


def nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema lists null among what is allowed."""
    if isinstance(node, list):
        return [nullable(value) for value in node]
    if not isinstance(node, dict):
        return node
    said = {name: nullable(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [{"type": "null"}, said]} if node.get("nullable") else said


def oas_exceptions(ask: Ask) -> None:
    document = described(ask)
    for path, one in document["paths"].items():
        answers = one["get"]["responses"]
        wrong = ask(filled(ask, path), nonsense="1")
        refused(wrong)
        said = resolve(document, answers[str(wrong.status)])
        assert wrong.type in said["content"]
        assert {"400", "500", "503"} <= set(answers)
    for path in ("/collections/buildings/items/nothing",):
        refused(ask(path), 404)


def oas_impl(ask: Ask) -> None:
    """Every parameter that is described is known."""
    document = described(ask)
    for slug in LAYERS:
        for parameter in document["paths"][f"/collections/{slug}/items"]["get"]["parameters"]:
            one = resolve(document, parameter)
            answer = ask(f"/collections/{slug}/items", **{one["name"]: "\x01"})
            assert answer.status in {200, 400}
            if answer.status == 400:
                assert answer.json["type"] == "/problems/bad-parameter", one["name"]


def oas_security(ask: Ask) -> None:
    """Nothing is asked of who reads: no scheme is said, and none is needed."""
    document = described(ask)
    assert not document.get("security") and not document["components"].get("securitySchemes")
    assert ask("/collections/buildings/items").status == 200


def lose_parameter(document: Any) -> None:
    del document["components"]["parameters"]["limit"]


CHECKS = [
    Check(
        "/conf/geojson/definition",
        geojson_definition,
        {
            "plain JSON": ("items application/geo", media_type("application/json")),
            "not said": ("/conformance", worded("/conf/geojson", "/conf/x")),
        },
    ),
    Check(
        "/conf/geojson/content",
        geojson_content,
        {
            "a crs": ("/items", edited(lambda said: said["features"][0].update(crs={}))),
            "no links": ("/items", says([], "links")),
            "a landing of GeoJSON": ("^/ app", media_type("application/geo+json")),
        },
    ),
    Check(
        "/conf/html/definition",
        html_definition,
        {
            "JSON all the same": ("queryables text", media_type("application/json")),
            "no HTML5": ("^/ text", worded("<!doctype html>", "")),
            "an open element": ("conformance text", worded("</ul>", "")),
        },
    ),
    Check(
        "/conf/html/content",
        html_content,
        {
            "a link is missing": ("^/ text", worded("/ogc/api?f=json", "#")),
            "a fact is missing": ("/items/.* text", worded("use_status", "x")),
            "no value": ("/items/.* text", body(b"<!doctype html><title>x</title>")),
        },
    ),
    Check(
        "/conf/oas30/definition-1",
        oas_definition_1,
        {
            "no service-desc": ("^/$", without_link("service-desc")),
            "no service-doc": ("^/$", without_link("service-doc")),
        },
    ),
    Check(
        "/conf/oas30/definition-2",
        oas_definition_2,
        {
            "3.1": ("/api", says("3.1.0", "openapi")),
            "a reference to nothing": ("/api", edited(lose_parameter)),
            "one name twice": ("/api", worded("getConformance", "getCollections")),
            "a variable without its parameter": ("/api", worded("{tileRow}", "{row}")),
        },
    ),
    Check(
        "/conf/oas30/oas-impl",
        oas_impl,
        {"a parameter that is not known": ("/items.*filter=", worded("bad-parameter", "unknown-parameter"))},
    ),
    Check(
        "/conf/oas30/completeness",
        oas_completeness,
        {
            "a status that is not described": ("/tiles/", status(206)),
            "a type that is not described": ("/waters/items", media_type("text/csv")),
            "a path that is not described": ("/api", worded("/collections/houses/items", "/collections/houses/things")),
        },
    ),
    Check(
        "/conf/oas30/completeness (schemas)",
        oas_valid_answers,
        {
            "no id": ("/collections/buildings$", lacks("id")),
            "a count that is a text": ("/houses/items$", says("many", "numberMatched")),
            "no links": ("^/$", lacks("links")),
        },
    ),
    Check(
        "/conf/oas30/exceptions-codes",
        oas_exceptions,
        {
            "let through": ("/conformance.*nonsense", status(200)),
            "a page": ("nonsense", media_type("text/plain")),
            "400 is not described": ("/api", worded('"400"', '"422"')),
        },
    ),
    Check(
        "/conf/oas30/security",
        oas_security,
        {
            "a login": ("/items", status(401)),
            "a scheme": ("/api", edited(lambda said: said["components"].update(securitySchemes={"x": {}}))),
        },
    ),
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_server_passes(check, ask):
    passes(check, ask)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_a_faulty_server_does_not(check, ask):
    notices(check, ask)
