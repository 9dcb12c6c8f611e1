"""Where: drawings parsed by the letter, coordinates in either order, addresses, and what is outside is caught."""

import json

import pytest
from django.db import connection
from django.test import Client

from commons import whereabouts
from commons.models import Proposal
from commons.propose import place
from commons.propose.similar import in_other_words, similar
from tests import factories as make
from tests.commons.propose.cast import WHOLE, autosave, begun, draft_of, page_of, signed_in

RING = [[7.67, 45.06], [7.69, 45.06], [7.69, 45.08], [7.67, 45.06]]
GOOD = [
    {"type": "Point", "coordinates": [7.68, 45.07]},
    {"type": "LineString", "coordinates": [[7.67, 45.06], [7.69, 45.08]]},
    {"type": "Polygon", "coordinates": [RING]},
    {"type": "MultiPoint", "coordinates": [[7.68, 45.07], [7.69, 45.07]]},
    {"type": "MultiLineString", "coordinates": [[[7.67, 45.06], [7.69, 45.08]]]},
    {"type": "MultiPolygon", "coordinates": [[RING]]},
]
BAD = [
    "", "null", "[]", "{", "7", '{"type": "Point"}', '{"type": "point", "coordinates": [7.68, 45.07]}',
    '{"type": "Point", "coordinates": []}', '{"type": "Point", "coordinates": [7.68]}',
    '{"type": "Point", "coordinates": [7.68, 45.07, 200]}', '{"type": "Point", "coordinates": ["7.68", "45.07"]}',
    '{"type": "Point", "coordinates": [NaN, 45.07]}', '{"type": "Point", "coordinates": [1e400, 45.07]}',
    '{"type": "Point", "coordinates": [true, 45]}', '{"type": "Point", "coordinates": [500, 45]}',
    '{"type": "Point", "coordinates": [7.68, 91]}', '{"type": "Point", "coordinates": [' + "9" * 400 + ", 45]}",
    '{"type": "Point", "coordinates": [' + "9" * 5000 + ", 45]}",
    '{"type": "Point", "type": "Polygon", "coordinates": [7.68, 45.07]}',
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [7.68, 45.07]}}',
    '{"type": "GeometryCollection", "geometries": []}', '{"type": ["Point"], "coordinates": [7.68, 45.07]}',
    '{"type": "LineString", "coordinates": [[7.67, 45.06]]}', '{"type": "LineString", "coordinates": 5}',
    '{"type": "LineString", "coordinates": [[7.67, 45.06], [7.67, 45.06]]}',
    '{"type": "Polygon", "coordinates": []}',
    '{"type": "Polygon", "coordinates": [[[7.6, 45], [7.7, 45], [7.7, 45.1]]]}',
    '{"type": "Polygon", "coordinates": [[[7.6, 45], [7.7, 45], [7.7, 45.1], [7.6, 45.1]]]}',
    '{"type": "Polygon", "coordinates": [[[7.6, 45], [7.7, 45.1], [7.7, 45], [7.6, 45.1], [7.6, 45]]]}',
    '{"type": "MultiPolygon", "coordinates": []}', "[" * 100_000,
    '{"type": "LineString", "coordinates": [' + ",".join(["[7.6,45.0],[7.7,45.1]"] * 5_001) + "]}",
    '{"type": "Point", "coordinates": [7.68, 45.07]}' + " " * 1_000_001,
]  # fmt: skip


@pytest.mark.parametrize("geometry", GOOD, ids=lambda one: one["type"])
def test_a_drawing_is_read(geometry):
    read = whereabouts.read_geometry(json.dumps(geometry))
    assert (read.geom_type, read.srid, read.valid) == (geometry["type"], 4326, True)
    assert whereabouts.read_geometry(geometry) == read


@pytest.mark.parametrize("text", BAD, ids=lambda one: one[:40])
def test_what_is_no_drawing_is_refused_in_words(text):
    with pytest.raises(whereabouts.BadPlace) as refusal:
        whereabouts.read_geometry(text)
    assert len(refusal.value.words) > 10


def test_an_area_is_kept_in_the_direction_in_which_the_database_keeps_it():
    turned = whereabouts.read_geometry({"type": "Polygon", "coordinates": [RING[::-1]]})
    assert turned.coords[0] == tuple(map(tuple, RING))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("45.0703, 7.6869", (7.6869, 45.0703)), ("45,0703 7,6869", (7.6869, 45.0703)),
        ("45,0703, 7,6869", (7.6869, 45.0703)), ("45.0703;7.6869", (7.6869, 45.0703)),
        ("45.0703 N 7.6869 E", (7.6869, 45.0703)), ("7.6869E 45.0703N", (7.6869, 45.0703)),
        ("(45.0703 / 7.6869)", (7.6869, 45.0703)), ("45.0703° N, 7.6869° O", (-7.6869, 45.0703)),
        ("via Po 12", None), ("12", None), ("", None), ("45.0703 7.6869 3", None),
    ],
)  # fmt: skip
def test_coordinates_are_read_as_people_write_them(text, found):
    point = whereabouts.read_coordinates(text)
    assert (point and point.coords) == found


def test_swapped_coordinates_are_recognised_and_the_right_place_is_offered(cast, client):
    proposal = begun(client)
    answer = autosave(client, proposal, where="7,68 45,07")
    assert answer.status_code == 400 and "swapped" in answer.json()["errors"]["where"][0]
    offered = answer.json()["found"][0]["value"]
    assert autosave(client, proposal, chosen=offered).status_code == 200
    proposal.refresh_from_db()
    assert proposal.place.coords == (7.68, 45.07)
    answer = autosave(client, proposal, revision=2, place='{"type": "Point", "coordinates": [45.07, 7.68]}')
    assert answer.status_code == 400 and answer.json()["found"]


def test_a_pin_outside_the_city_is_caught_with_a_hint(cast, client):
    proposal = begun(client)
    for coordinates in ([9.19, 45.46], [7.60, 45.00], [-73.9, 40.7], [0, 0]):
        text = json.dumps({"type": "Point", "coordinates": coordinates})
        answer = autosave(client, proposal, place=text)
        assert answer.status_code == 400 and "Torino" in answer.json()["errors"]["place"][0]
    page = client.post(page_of(proposal), WHOLE | {"where": "45.46 9.19", "revision": "1"})
    assert page.status_code == 400 and b"45.46 9.19" in page.content
    proposal.refresh_from_db()
    assert proposal.place is None


def test_an_address_is_found_among_streets_buildings_and_houses(cast, client):
    make.StreetFactory(name="Via Po")
    ask = lambda q: client.get("/en/torino/propose/find/", {"q": q}).json()["found"]  # noqa: E731
    assert [one["words"] for one in ask("gelsi")] == ["Ex scuola Gelsi, via Cumiana 15"]
    assert ask("via po 12/b")[0]["words"] == "Via Po" and ask("casa uno")
    assert ask("x") == [] and ask("Atlantide") == []
    assert client.get("/en/torino/propose/find/", {"q": "7,68 45,07"}).json()["words"]
    assert client.get("/en/nowhere/propose/find/", {"q": "po"}).status_code == 404


def test_a_typed_address_becomes_the_place_without_a_script(cast, client):
    make.StreetFactory(name="Via Po")
    proposal = begun(client)
    assert client.post(page_of(proposal), WHOLE | {"where": "via Po 12", "revision": "1"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.address, proposal.precision) == ("via Po 12", "street") and proposal.place
    chosen = WHOLE | {"where": "gelsi", "place": "", "revision": "2"}
    assert client.post(page_of(proposal), chosen).status_code == 302
    proposal.refresh_from_db()
    assert proposal.building == cast.building and proposal.place == cast.building.place


def test_several_places_that_fit_are_offered(cast, client):
    make.BuildingFactory(name="Ex scuola Rossi", address="")
    proposal = begun(client)
    page = client.post(page_of(proposal), WHOLE | {"where": "ex scuola", "revision": "1"})
    assert page.status_code == 400 and page.content.count(b'name="chosen"') == 2
    chosen = WHOLE | {"where": "ex scuola", "revision": "1", "chosen": f"building:{cast.building.uid}"}
    assert client.post(page_of(proposal), chosen).status_code == 302
    proposal.refresh_from_db()
    assert proposal.building == cast.building and proposal.address == "via Cumiana 15"


def test_a_drawing_takes_the_place_of_a_building_and_no_place_takes_all_away(cast):
    alice, proposal = signed_in(cast.alice), draft_of(cast, building=cast.building, address="via Cumiana 15")
    area = json.dumps({"type": "Polygon", "coordinates": [RING]})
    said = autosave(alice, proposal, place=area, building="").json()
    proposal.refresh_from_db()
    assert proposal.building is None and proposal.address == "" and proposal.place.geom_type == "Polygon"
    assert "an area of 3 points" in said["around"] and "Centro" in said["around"]
    assert autosave(alice, proposal, revision=proposal.revision, no_place=True).status_code == 200
    proposal.refresh_from_db()
    assert proposal.no_place and proposal.place is None and proposal.placement == "unlocated"


def test_similar_and_nearby_proposals_are_suggested_but_never_unpublished_ones(cast):
    here = make.ProposalFactory(name="Ciclofficina", building=cast.building)
    near = make.ProposalFactory(name="Teatro", x=7.6815)
    far = make.ProposalFactory(name="Orto in cortile", x=7.70)
    make.ProposalFactory(name="Orto in cortile", state="submitted", building=cast.building)
    found = similar(cast.city, cast.building, None, "orto in cortile")
    assert (found.here, found.near, found.alike) == ([here], [near], [far])
    assert not similar(cast.city, None, None, "xyz")
    page = Client().get(f"/en/torino/propose/?building={cast.building.uid}").content
    assert b"Ciclofficina" in page and b"Teatro" in page
    proposal = draft_of(cast)
    assert b"Teatro" in signed_in(cast.alice).get(page_of(proposal, "similar/")).content


def test_what_was_drawn_is_said_in_words():
    assert place.said(None) and place.said_point(make.point())
    words = [place.said(whereabouts.read_geometry(one)) for one in GOOD]
    assert len(set(words)) == len(words) - 1


def test_names_that_are_alike_are_found_by_the_index_among_many(cast):
    Proposal.objects.bulk_create(
        Proposal(city=cast.city, name=f"{word} {number} di via {number % 97}")
        for number in range(2_500)
        for word in ("Ludoteca", "Officina")
    )
    orto = draft_of(cast, name="Orto in cortile della scuola")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('commons_proposal_name_words')")
        cursor.execute("ANALYZE commons_proposal")
    wanted = in_other_words(Proposal.objects.all(), "orto in cortile")
    assert list(wanted) == [orto]
    assert "commons_proposal_name_words" in wanted.explain()
