"""What the parameters of the contract do."""

import pytest

from commons.models import Building
from tests import factories as make
from tests.answers import ids, problem
from tests.mapping.test_refusals import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ADDRESSES)
def test_head_says_the_same_headers_as_get_and_no_body(client, town, path):
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("Content-Type", "ETag", "Cache-Control", "Vary"):
        assert head.headers[name] == whole.headers[name]


def test_a_box_finds_what_its_box_meets_and_everything_without_a_place(get, town):
    place = get("buildings.geojson", bbox="7.664,45.044,7.666,45.046")
    assert ids(place) == {town.buildings[0].uid, town.buildings[-1].uid}


def test_a_box_that_touches_a_place_meets_it_even_when_it_has_no_area(get, town):
    for box in ("7.665,45.045,7.665,45.045", "7.665,45,7.665,46", "7,45.045,8,45.045"):
        assert town.buildings[0].uid in ids(get("buildings.geojson", bbox=box))


@pytest.mark.parametrize("box", ["-180,-90,180,90", "-180.0,-90.0,180.0,90.0", "6,35,19,48", "0,0,+180,9e1"])
def test_a_box_round_everything_finds_everything(get, town, box):
    assert ids(get("buildings.geojson", bbox=box)) == {building.uid for building in town.buildings}


def test_a_box_whose_west_is_east_of_its_east_crosses_the_antimeridian(get, db):
    city = make.CityFactory(slug="world", national=False)
    fiji, samoa, nadi, torino = (
        make.BuildingFactory(city=city, name=name, place=make.point(x, y))
        for name, x, y in [("Fiji", 179.9, -17), ("Samoa", -172, -14), ("Line", 180, -16), ("Torino", 7.68, 45)]
    )
    assert ids(get("buildings.geojson", bbox="177,-20,-170,-10")) == {fiji.uid, samoa.uid, nadi.uid}
    assert ids(get("buildings.geojson", bbox="-170,-20,177,50")) == {torino.uid}
    assert ids(get("buildings.geojson", bbox="180,-20,-180,50")) == {nadi.uid}


def test_a_box_of_empty_sea_finds_only_what_has_no_place(get, town):
    assert ids(get("buildings.geojson", bbox="0,0,1,1")) == {town.buildings[-1].uid}


def test_empty_means_absent_and_repeated_means_or(get, town):
    everything = ids(get("buildings.geojson"))
    for name in ("q", "city", "crs", "zoom", "use_status", "neighbourhood"):
        assert ids(get("buildings.geojson", **{name: ""})) == everything
    assert ids(get("buildings.geojson", use_status=["", "reused"])) == {town.buildings[3].uid}
    both = get("buildings.geojson", use_status=["reused", "underused", "reused"])
    assert ids(both) == {town.buildings[1].uid, town.buildings[3].uid}
    assert get("buildings.geojson", use_status=["reused", "underused"]) == both


def test_different_filters_are_all_asked(get, town):
    found = get("buildings.geojson", neighbourhood=["Vanchiglia", "Città Giardino"], use_status="disused", q="scuola")
    assert ids(found) == set()
    found = get("buildings.geojson", neighbourhood="San Salvario", use_status="disused", bbox="7.6,45,7.7,45.1")
    assert ids(found) == {b.uid for b in Building.objects.filter(neighbourhood=town.west, use_status="disused")}


def test_a_city_narrows_to_its_records(get, town):
    other = make.CityFactory(slug="latina")
    pond = make.BuildingFactory(city=other, name="Latina")
    assert ids(get("buildings.geojson", city="latina")) == {pond.uid}
    assert pond.uid not in ids(get("buildings.geojson", city="torino"))
    assert pond.uid in ids(get("buildings.geojson"))
    assert ids(get("buildings.geojson", city="nowhere")) == set()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("perche", 4), ("PERCHÉ", 4), ("scuola  disused", 1), ("disused scuola", 1), ("scu", 4), ("  ", 7), ("%", 0),
        ("_", 3), ("\\", 0), ("'", 0), ('"', 0), ("(a+)+$", 0), ("scuol_", 0), ("scuola%", 0), ("' OR 1=1", 0),
        ("a" * 200, 0), ("Senza posto", 1), ("%s %(x)s", 0), ("{0}", 0), ("٣", 0),
    ],
)  # fmt: skip
def test_a_search_finds_all_its_words_whatever_case_and_accent(get, town, words, found):
    Building.objects.filter(pk=town.buildings[0].pk).update(address="via_strana")
    Building.objects.filter(pk=town.buildings[1].pk).update(description="piano_terra")
    assert get("buildings.geojson", q=words)["numberMatched"] == found


def test_a_search_asks_for_every_word_however_many(get, town):
    words = "ex scuola perche disused via strana numero sette civico interno nessuno"
    Building.objects.filter(pk=town.buildings[0].pk).update(address="via strana numero sette civico interno")
    assert get("buildings.geojson", q=words.removesuffix(" nessuno"))["numberMatched"] == 1
    assert get("buildings.geojson", q=words)["numberMatched"] == 0


def test_a_search_with_a_typographic_apostrophe_finds_the_plain_one_and_the_other_way_round(get, db):
    make.BuildingFactory(name="Casa dell'orto")
    make.BuildingFactory(name="Casa dell’acqua")
    for words in ("dell'orto", "dell’orto", "dell'acqua", "dell’acqua"):
        assert get("buildings.geojson", q=words)["numberMatched"] == 1, words


@pytest.mark.parametrize("limit", ["1", "007", "10000", "10001", "9" * 18, "9" * 400])
def test_a_limit_is_any_whole_number_from_one(get, town, limit):
    collection = get("buildings.geojson", limit=limit)
    assert collection["numberReturned"] == min(int(limit), 7)
    assert collection["numberMatched"] == 7


def test_a_date_time_finds_what_was_going_on_then(get, db):
    past = make.PactFactory(name="past", starts_on="2018-01-01", ends_on="2019-12-31")
    now = make.PactFactory(name="now", starts_on="2020-01-01", ends_on=None)
    ever = make.PactFactory(name="ever")
    asked = {
        "2019-12-31": {past, ever},
        "2020-01-01": {now, ever},
        "2020-01-01T00:00:00Z": {now, ever},
        "2019-12-31T23:30:00-02:00": {now, ever},
        "2017-06-01/2017-12-31": {ever},
        "../2017-12-31": {ever},
        "../2018-01-01": {past, ever},
        "/2018-01-01": {past, ever},
        "2019-12-31/..": {past, now, ever},
        "2020-01-01/": {now, ever},
        "2019-06-01/2030-01-01": {past, now, ever},
    }
    for moment, pacts in asked.items():
        assert ids(get("pacts.geojson", datetime=moment)) == {pact.uid for pact in pacts}, moment


def test_boundaries_are_those_in_force_unless_another_day_is_asked(get, town):
    partition = make.PartitionFactory(
        name="2009", current=False, valid_from="2009-01-01", valid_to="2016-01-01", city=town.city
    )
    old = make.NeighbourhoodFactory(partition=partition, city=town.city, name="Vecchio")
    town.west.partition.valid_from = "2016-01-01"
    town.west.partition.save()
    new = {territory.uid for territory in (town.west, town.east, town.north)}
    assert ids(get("neighbourhoods.geojson")) == new
    assert ids(get("neighbourhoods.geojson", datetime="2015-12-31")) == {old.uid}
    assert ids(get("neighbourhoods.geojson", datetime="2016-01-01")) == new
    assert ids(get("neighbourhoods.geojson", datetime="2015-12-31/2016-01-01")) == {old.uid, *new}


@pytest.mark.parametrize("form", ["geojson", "csv"])
def test_the_coordinate_systems_on_offer_are_those_that_work(client, town, form):
    town.city.crs = [32632, 3003]
    town.city.save()
    for code in ("CRS84", "EPSG:32632", "EPSG:3003"):
        status = client.get(f"/layers/buildings.{form}", {"crs": code}).status_code
        assert status == (200 if form == "csv" or code == "CRS84" else 400)
    for code in ("EPSG:3857", "EPSG:4326"):
        problem(client.get(f"/layers/buildings.{form}", {"crs": code}), 400, "bad-parameter")
