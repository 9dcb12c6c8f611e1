"""The description of the API: valid, complete, and readable on a page of our own."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from drf_spectacular.validation import validate_schema

from commons.api.schema import OPERATIONS, KeyScheme, whole
from commons.api.urls import urlpatterns


def test_the_description_is_valid_without_a_warning(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))
    assert (tmp_path / "schema.yml").read_text().startswith("openapi: 3.")


def test_the_address_of_the_description_gives_json_to_everybody(client):
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
    validate_schema(json.loads(answer.content))
    yaml = client.get("/api/v1/schema/", headers={"Accept": "application/yaml"})
    assert yaml.content.startswith(b"openapi: 3.")


def test_every_address_and_method_is_described_with_its_problems_and_headers():
    views = [one.callback.view_class for one in urlpatterns if hasattr(one.callback, "view_class")]
    views = [view for view in views if view.__module__ == "commons.api.views"]
    assert {view.__name__ for view in views} == set(OPERATIONS)
    for view in views:
        assert {name for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)} == set(
            OPERATIONS[view.__name__]
        )
    paths = whole()["paths"]
    assert len(paths) == len(views)
    for path, operations in paths.items():
        for method, operation in operations.items():
            statuses, names = set(operation["responses"]), {one["name"] for one in operation.get("parameters", ())}
            assert {"401", "403", "429"} <= statuses, path
            problems = [operation["responses"][status]["content"] for status in statuses if status >= "400"]
            assert all(list(content) == ["application/problem+json"] for content in problems)
            assert ("Idempotency-Key" in names) == (method == "post")
            assert ("If-Match" in names) == ("412" in statuses)


def test_bodies_and_answers_of_proposals_are_geojson():
    paths, schemas = whole()["paths"], whole()["components"]["schemas"]
    post = paths["/api/v1/proposals/"]["post"]
    assert set(post["requestBody"]["content"]) == {"application/geo+json", "application/json"}
    assert {"ETag", "Location"} <= set(post["responses"]["201"]["headers"])
    kinds = {
        one["properties"]["type"]["enum"][0]
        for one in schemas["ProposalBodyRequest"]["properties"]["geometry"]["oneOf"]
    }
    assert kinds == {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}


def test_the_key_in_the_header_is_the_way_in():
    scheme = whole()["components"]["securitySchemes"][KeyScheme.name]
    assert scheme["scheme"] == "bearer" and scheme == KeyScheme(None).get_security_definition(None)


@pytest.mark.django_db
def test_the_page_of_the_documentation_brings_everything_itself(client):
    page = client.get(reverse("api-docs"))
    assert page.status_code == 200 and page["Cache-Control"] == "private, no-store"
    text = page.content.decode()
    assert "swagger-ui-bundle.js" in text and 'data-schema="/api/v1/schema/"' in text
    assert "https://" not in text.partition("<main")[2].partition("</main>")[0]
    assert client.post(reverse("api-docs")).status_code == 405
