"""Versions and entity tags: they change exactly when what they stand for changes."""

import pytest
from django.db import connections

from commons.models import Building, House, Pact
from mapping.layers import LAYERS
from mapping.versions import Change, Fold, fold, version
from neighbourhoods.models import City, Neighbourhood, Street
from people.models import Organisation, User
from tests import factories as make

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/layers/buildings.geojson", "/layers/buildings.csv", "/layers/buildings.geojson?limit=2", "/layers.json",
    "/layers/buildings.geojson?q=scuola", "/layers/buildings.csv?crs=EPSG:32632", "/layers/buildings.geojson?zoom=12",
    "/tiles/buildings/0/0/0.geojson", "/tiles/buildings/1/1/0.geojson", "/tiles/buildings/0/0/0.geojson?q=scuola",
    "/tiles/buildings/10/0/0.geojson", "/tiles/buildings.json", "/layers/houses.geojson", "/layers/houses.csv",
    "/layers/buildings.geojson?limit=3", "/layers/buildings.geojson?use_status=reused",
]  # fmt: skip


def tag(client, path: str = "/layers/buildings.geojson") -> str:
    response = client.get(path)
    b"".join(response) if response.streaming else response.content
    return response.headers["ETag"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_who_has_the_present_version_gets_304_and_no_body(client, town, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 304), ("{strong}", 304), ('"other", {tag}', 304), ("*", 304), ('"other"', 200), ("", 200),
        ("{bare}", 200), ("W/{tag}", 200), ('"', 200), ("\x00", 200), ('W/"' + "0" * 5000 + '"', 200),
    ],
)  # fmt: skip
def test_tags_are_compared_weakly_and_nonsense_is_no_tag(client, town, header, status):
    mine = tag(client)
    said = header.format(tag=mine, strong=mine.removeprefix("W/"), bare=mine.removeprefix("W/").strip('"'))
    assert client.get("/layers/buildings.geojson", headers={"If-None-Match": said}).status_code == status


def test_formats_parameters_and_tiles_all_have_tags_of_their_own(client, town):
    tags = [tag(client, path) for path in ADDRESSES]
    assert len(set(tags)) == len(ADDRESSES)
    assert all(one.startswith('W/"') for one in tags)


def test_the_same_question_in_other_words_has_the_same_tag(client, town):
    for one, other in [
        ("q=scuola&use_status=reused", "use_status=reused&q=scuola"),
        ("use_status=reused&use_status=disused", "use_status=disused&use_status=reused&use_status="),
        ("bbox=7,45,8,46", "bbox=7.0,45.00,%2B8,4.6e1"),
        ("q=ex++scuola", "q=+ex+scuola"),
        ("crs=CRS84", "zoom="),
    ]:
        assert tag(client, f"/layers/buildings.geojson?{one}") == tag(client, f"/layers/buildings.geojson?{other}")


def test_boxes_that_differ_in_the_last_digit_have_different_tags(client, town):
    one, other = (
        "/layers/buildings.geojson?bbox=7.123456789012,45,8,46",
        "/layers/buildings.geojson?bbox=7.123456789013,45,8,46",
    )
    assert tag(client, one) != tag(client, other)


def test_a_new_release_of_the_program_has_new_tags(client, town, settings):
    before = tag(client)
    settings.RELEASE = "another"
    assert tag(client) != before


CHANGES = {
    "a record is added": lambda town: make.BuildingFactory(),
    "a record is changed": lambda town: Building.objects.filter(pk=town.buildings[0].pk).update(owner="Città"),
    "a record is deleted": lambda town: Building.objects.filter(pk=town.buildings[1].pk).delete(),
    "a record is hidden": lambda town: Building.objects.filter(pk=town.buildings[0].pk).update(visibility="hidden"),
    "its neighbourhood is renamed": lambda town: Neighbourhood.objects.filter(pk=town.west.pk).update(name="Altro"),
    "the city gets another address": lambda town: City.objects.update(slug="turin"),
}
OTHERS = {
    "a house is changed": lambda town: House.objects.update(phone="011"),
    "a pact is added": lambda town: make.PactFactory(),
    "a street is changed": lambda town: Street.objects.update(name="Via Roma"),
    "an account is made": lambda town: make.UserFactory(),
    "an update finds nothing": lambda town: Building.objects.filter(pk=-1).update(owner="x"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_tag_changes_when(client, town, change):
    paths = ["/layers/buildings.geojson", "/layers/buildings.csv", "/tiles/buildings/0/0/0.geojson", "/layers.json"]
    before = [tag(client, path) for path in paths]
    CHANGES[change](town)
    after = [client.get(path.replace("torino", "turin")).headers["ETag"] for path in paths]
    assert all(one != other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("change", OTHERS)
def test_the_tag_stays_when(client, town, change):
    before = tag(client)
    OTHERS[change](town)
    assert tag(client) == before


def test_names_from_other_tables_move_the_layers_that_show_them(client, town):
    houses, pacts = tag(client, "/layers/houses.geojson"), tag(client, "/layers/pacts.geojson")
    Organisation.objects.filter(pk=town.operator.pk).update(name="Altra società")
    assert tag(client, "/layers/houses.geojson") != houses
    assert tag(client, "/layers/pacts.geojson") == pacts
    Building.objects.filter(pk=town.buildings[0].pk).update(name="Ex fabbrica")
    assert tag(client, "/layers/pacts.geojson") != pacts


@pytest.mark.parametrize("slug", LAYERS)
def test_every_table_that_a_layer_reads_counts_for_its_version(db, slug):
    with connections["default"].cursor() as cursor:
        for table in LAYERS[slug].tables:
            before = int(version(LAYERS[slug].tables))
            cursor.execute(f"INSERT INTO mapping_change (relation) VALUES ('{table}')")
            assert int(version(LAYERS[slug].tables)) == before + 1
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'mc_changed_update'")
        assert set(LAYERS[slug].tables) <= {name for (name,) in cursor.fetchall()}


def test_a_version_only_grows_and_folding_does_not_move_it(town, client):
    tables = LAYERS["buildings"].tables
    seen = [int(version(tables))]
    for _ in range(3):
        make.BuildingFactory()
        seen.append(int(version(tables)))
        before = tag(client)
        assert fold() > 0
        assert not Change.objects.exists()
        assert int(version(tables)) == seen[-1]
        assert tag(client) == before
    assert seen == sorted(set(seen))
    assert fold() == 0
    assert Fold.objects.get(relation="commons_building").changes >= 3


def test_a_statement_counts_once_however_many_rows_it_changes(town):
    fold()
    Building.objects.update(owner="Città")
    assert list(Change.objects.values_list("relation", flat=True)) == ["commons_building"]


def test_truncating_a_table_counts_too(town):
    fold()
    with connections["default"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE neighbourhoods_street")
    assert list(Change.objects.values_list("relation", flat=True)) == ["neighbourhoods_street"]


def test_the_tables_of_people_without_public_data_count_nothing(town):
    fold()
    User.objects.create(username="a")
    Pact.objects.first().signatories.add(town.operator)
    assert not Change.objects.exists()
