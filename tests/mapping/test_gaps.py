"""The page of the gap map, and lists as filters."""

import csv
import io

import pytest
from django.test import Client

from commons.models import Building, House, Proposal
from mapping.layers import LAYERS
from mapping.lists import in_words
from mapping.query import Query
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(town):
    return lambda **asked: Client().get("/en/torino/houses/gaps/", asked)


def test_the_page_says_of_every_neighbourhood_how_much_of_it_is_near(page, town):
    assert "not known" not in page().content.decode()  # of residents nothing is said while none are loaded
    type(town.east).objects.filter(pk=town.east.pk).update(population=1000)
    answer = page()
    shares = {one.name: one.share for one in answer.context["gaps"].areas}
    assert set(shares) == {"San Salvario", "Vanchiglia", "Città Giardino"}
    assert shares["San Salvario"] > 50 > shares["Vanchiglia"]
    text = answer.content.decode()
    assert all(f'data-share="{one.uid}"' in text for one in (town.west, town.east, town.north))
    make.HouseFactory(x=7.69, y=45.05)
    later = {one.name: one.share for one in page().context["gaps"].areas}
    assert later["Vanchiglia"] > shares["Vanchiglia"] + 40
    assert "not known" in text


def test_the_table_comes_as_csv_too(town):
    House.objects.filter(pk=town.house.pk).update(name="x")
    type(town.west).objects.filter(pk=town.west.pk).update(name="=1+1", population=1000)
    answer = Client().get("/torino/houses/gaps.csv?distance=2000")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=1+1", "Vanchiglia", "Città Giardino"]
    assert (rows[0]["share_percent"], rows[0]["residents_near_estimate"]) == ("100.0", "1000")
    assert (rows[1]["residents"], rows[1]["residents_near_estimate"]) == ("", "")


def test_the_table_is_put_in_order_by_links_and_begins_with_the_least_reached(page, town):
    type(town.east).objects.filter(pk=town.east.pk).update(population=1000)
    answer = page()
    rows = answer.context["rows"]
    assert [one.share for one in rows] == sorted(one.share for one in rows) and len({one.share for one in rows}) > 1
    assert 'aria-sort="ascending"' in answer.content.decode()
    names = ["Città Giardino", "San Salvario", "Vanchiglia"]
    assert [one.name for one in page(sort="name").context["rows"]] == names
    turned = page(sort="-name", distance="2000")
    assert [one.name for one in turned.context["rows"]] == names[::-1]
    (link,) = (one.address for one in turned.context["columns"] if one.name == "name")
    assert link == "?distance=2000&sort=name"
    for order in ("residents", "-residents"):
        assert page(sort=order).context["rows"][0].name == "Vanchiglia"  # what is not known stands last
    for wrong in ("far", "--name"):
        assert page(sort=wrong).status_code == 400
    assert Client().get("/en/torino/houses/gaps/?sort=name&sort=share").status_code == 400
    assert Client().get("/torino/houses/gaps.csv?sort=name").status_code == 400


@pytest.mark.parametrize("asked", ["distance=99", "distance=20001", "distance=1e3", "distance=1&distance=2", "far=1"])
def test_a_distance_that_cannot_be_is_refused(town, asked):
    assert Client().get(f"/en/torino/houses/gaps/?{asked}").status_code == 400
    assert Client().get(f"/torino/houses/gaps.csv?{asked}").status_code == 400


def test_a_city_without_boundaries_says_so():
    make.CityFactory(slug="vuota")
    answer = Client().get("/en/vuota/houses/gaps/")
    assert answer.status_code == 200 and "No neighbourhood boundary" in answer.content.decode()


@pytest.fixture
def several(town):
    Building.objects.filter(pk=town.buildings[0].pk).update(could_host=["study", "guests"])
    Building.objects.filter(pk=town.buildings[1].pk).update(could_host=["guests"])
    House.objects.filter(pk=town.house.pk).update(hosts=["convivial"])
    open_, closed = town.proposals[2], town.proposals[0]
    Proposal.objects.filter(pk=open_.pk).update(needed_functions=["study"], text_public=True)
    Proposal.objects.filter(pk=closed.pk).update(needed_functions=["study"], text_public=False)
    town.open = open_
    return town


def test_a_list_is_a_filter_of_files_map_and_ogc_and_values_are_or(several, get):
    found = {one["id"] for one in get("/layers/buildings.geojson", could_host="guests")["features"]}
    assert found == {one.uid for one in several.buildings[:2]}
    both = {one["id"] for one in get("/layers/buildings.geojson", could_host=["study", "convivial"])["features"]}
    assert both == {several.buildings[0].uid}
    ogc = get("/ogc/collections/buildings/items", could_host="study")["features"]
    assert [one["properties"]["could_host"] for one in ogc] == [["study", "guests"]]
    cql = get("/ogc/collections/houses/items", filter="A_CONTAINS(hosts, ('convivial'))")
    assert [one["id"] for one in cql["features"]] == [several.house.uid]
    page = Client().get("/en/torino/?layers=buildings&buildings.could_host=study")
    assert page.context["total"] == 1
    assert Client().get("/layers/buildings.geojson?could_host=pool").status_code == 400


def test_what_a_proposal_needs_is_public_with_its_text_and_not_before(several, get):
    found = get("/layers/proposals.geojson", needs_place_for="study")["features"]
    assert [one["id"] for one in found] == [several.open.uid]
    told = get("/layers/proposals.geojson")["features"]
    assert [one["properties"]["needs_place_for"] for one in told if one["properties"]["needs_place_for"]] == [["study"]]


def test_a_list_of_choices_is_told_in_words():
    attribute = LAYERS["houses"].attribute("hosts")
    assert "study" not in str(in_words(attribute, ["guests"])) and in_words(attribute, []) == ""
    assert Query(LAYERS["houses"]).rows().count() == 0
