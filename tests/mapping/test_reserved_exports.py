"""Reserved exports: the office takes what is not public of its areas; nobody else, and no cache, ever has it."""

import json
from types import SimpleNamespace

import pytest
from django.test import Client

from mapping.exporting.reserved import exportable
from mapping.formats import FORMATS
from mapping.models import Export
from neighbourhoods.vocabulary import Visibility
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.mapping.exported import text_of
from tests.town import SECRET

pytestmark = pytest.mark.django_db
SLUGS = [layer.slug for layer in exportable()]


@pytest.fixture
def cast(town) -> SimpleNamespace:
    """Stefano's office is the city, Ada is the architect of the west, Rita only reviews, Sara's city is another."""
    far = make.CityFactory(slug="latina")
    people = {name: make.UserFactory(username=name) for name in ("stefano", "ada", "rita", "sara", "rosa")}
    Grant.objects.create(user=people["stefano"], role=Role.STAFF, city=town.city)
    Grant.objects.create(user=people["ada"], role=Role.ARCHITECT, city=town.city, territory=town.west)
    Grant.objects.create(user=people["rita"], role=Role.REVIEWER, city=town.city)
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=far)
    return SimpleNamespace(town=town, **people)


def as_(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def features(response) -> list[dict]:
    assert response.status_code == 200, response.getvalue()[:300]
    return json.loads(response.getvalue())["features"]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("slug", SLUGS)
def test_the_office_has_every_record_marked_in_every_format(cast, slug, suffix):
    response = as_(cast.stefano).get(f"/torino/desk/export/{slug}.{suffix}")
    body = response.getvalue()
    assert response.status_code == 200, body[:500]
    text = text_of(body, suffix)
    hidden = [one for one in cast.town.hidden if one.layer == slug and getattr(one, "state", "") != "draft"]
    assert hidden and all(one.uid in text for one in hidden)
    assert SECRET in text and "riservato" in text
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == f'attachment; filename="riservato-torino-{slug}.{suffix}"'
    assert "ETag" not in response and "Access-Control-Allow-Origin" not in response


def test_a_draft_is_nobodys_but_its_writers(cast):
    drafts = [one for one in cast.town.hidden if getattr(one, "state", "") == "draft"]
    found = {one["id"] for one in features(as_(cast.stefano).get("/torino/desk/export/proposals.geojson"))}
    assert drafts and not found & {one.uid for one in drafts}


def test_it_holds_what_only_staff_may_see(cast):
    building = cast.town.buildings[0]
    type(building).objects.filter(pk=building.pk).update(asset_code="IMM-7", visibility=Visibility.HIDDEN)
    found = {one["id"]: one["properties"] for one in features(as_(cast.stefano).get(
        "/torino/desk/export/buildings.geojson"))}  # fmt: skip
    assert (found[building.uid]["asset_code"], found[building.uid]["visibility"]) == ("IMM-7", "hidden")
    assert {row["handling"] for row in found.values()} == {"riservato"}


def test_an_architect_has_the_records_of_their_area_and_no_others(cast):
    found = {one["id"] for one in features(as_(cast.ada).get("/torino/desk/export/buildings.geojson"))}
    inside = {one.uid for one in type(cast.town.buildings[0]).objects.all() if cast.town.west.pk in ids(one)}
    assert found == inside and inside


def ids(record) -> set[int]:
    shares = {key for pairs in record.shares.values() for key, _share in pairs}
    return {record.neighbourhood_id, record.district_id, *shares}


def test_a_role_that_only_sees_does_not_widen_what_another_may_take(cast):
    Grant.objects.create(user=cast.ada, role=Role.REVIEWER, city=cast.town.city)
    found = {one["id"] for one in features(as_(cast.ada).get("/torino/desk/export/buildings.geojson"))}
    assert found == {one.uid for one in type(cast.town.buildings[0]).objects.all() if cast.town.west.pk in ids(one)}


@pytest.mark.parametrize("who", ["rita", "sara", "rosa", ""])
@pytest.mark.parametrize("path", ["", "buildings.geojson", "proposals.gpkg", "pacts.csv", "houses.xlsx"])
def test_nobody_else_has_it(cast, who, path):
    response = as_(getattr(cast, who, None)).get(f"/torino/desk/export/{path}")
    assert response.status_code == (403 if who else 302)
    assert SECRET not in response.getvalue().decode()


def test_filters_systems_and_mistakes_are_as_on_the_public_road(cast):
    client = as_(cast.stefano)
    found = features(client.get("/torino/desk/export/buildings.geojson", {"q": SECRET}))
    assert {one["properties"]["visibility"] for one in found} == {"hidden", "withdrawn"}
    for params in ({"city": "latina"}, {"crs": "EPSG:9999"}, {"x": "1"}, {"bbox": "1"}):
        assert client.get("/torino/desk/export/buildings.gpkg", params).status_code == 400
    assert client.get("/torino/desk/export/buildings.doc").status_code == 404
    assert client.get("/torino/desk/export/streets.csv").status_code == 404


def test_who_took_what_is_kept(cast):
    as_(cast.stefano).get("/torino/desk/export/pacts.csv?state=active").getvalue()
    as_(cast.stefano).head("/torino/desk/export/pacts.csv")
    (kept,) = Export.objects.all()
    assert (kept.user, kept.reserved, kept.layer, kept.suffix) == (cast.stefano, True, "pacts", "csv")
    assert "state=active" in kept.query
    assert as_().get(f"/data/exports/{kept.uid}/").status_code == 404
    assert as_().get(f"/exports/{kept.uid}/file").status_code == 404


def test_the_page_lists_what_can_be_taken(cast):
    page = as_(cast.ada).get("/torino/desk/export/").getvalue().decode()
    assert all(f"/torino/desk/export/{slug}.{suffix}" in page for slug in ("buildings",) for suffix in FORMATS)
