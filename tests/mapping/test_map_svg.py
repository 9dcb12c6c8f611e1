"""The drawing of the map: well-formed, of the right places, refused with a sentence."""

import re
from xml.etree import ElementTree

import pytest

from mapping.frame import Frame
from tests import factories as make
from tests.town import SECRET

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def drawing(client, **params) -> ElementTree.Element:
    response = client.get("/map.svg", {"city": "torino"} | params)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/svg+xml"
    return ElementTree.fromstring(response.content)


def marks(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [use for use in root.iter(f"{SVG}use") if use.get("href").startswith(f"#{kind}-")]


def test_a_drawing_shows_ground_names_shapes_and_marks(town, client):
    root = drawing(client, bbox="7.65,45.03,7.71,45.09", width="600", height="600")
    groups = {group.get("class") for group in root.iter(f"{SVG}g")}
    assert {"land", "waters", "streets", "territories", "names", "marks building", "marks house"} <= groups
    assert {text.text for text in root.iter(f"{SVG}text")} >= {"San Salvario", "Vanchiglia", "Città Giardino"}


def test_a_mark_stands_where_its_place_is(town, client):
    box = (7.66, 45.04, 7.70, 45.06)
    root = drawing(client, bbox=",".join(map(str, box)), width="400", height="400", layers="houses")
    frame = Frame.around(box, 400, 400)
    west, south, east, north = frame.box
    (house,) = [
        use for use in marks(root, "house") if abs(float(use.get("x")) + 14 - (7.67 - west) / (east - west) * 400) < 1
    ]
    expected = (north - 45.05) / (north - south) * 400
    assert float(house.get("y")) + 14 == pytest.approx(expected, abs=1)


def test_a_frame_keeps_the_proportions_of_the_ground(db):
    frame = Frame.around((7.66, 45.04, 7.70, 45.06), 500, 500)
    west, south, east, north = frame.box
    assert (west, east) == pytest.approx((7.66, 7.70))
    assert south < 45.04 < 45.06 < north
    assert frame.metres_per_pixel == pytest.approx(0.04 * 111_320 / 500, rel=0.01)


def test_the_state_of_a_thing_is_the_fill_of_its_mark(town, client):
    make.BuildingFactory(name="Sola", x=7.60, y=45.00, use_status="reused")
    root = drawing(client, bbox="7.59,44.99,7.61,45.01", layers="buildings")
    assert [use.get("href") for use in marks(root, "building")] == ["#building-full"]


def test_filters_leave_out_what_the_list_leaves_out(town, client):
    root = drawing(client, **{"layers": "buildings", "buildings.use_status": "underused", "bbox": "7.6,45,7.75,45.1"})
    assert len(marks(root, "building")) == 1


def test_places_that_would_lie_on_each_other_become_a_number(town, client):
    for _ in range(40):
        make.BuildingFactory(x=7.72, y=45.02)
    root = drawing(client, layers="buildings", q="Ex scuola", bbox="7.71,45.01,7.73,45.03")
    assert [text.text for text in root.iter(f"{SVG}text") if text.text == "40"] == ["40"]


def test_one_thing_is_drawn_with_what_is_around_it(town, client):
    building = drawing(client, feature=town.buildings[0].uid)
    assert len(marks(building, "building")) == 1
    assert len([c for c in building.iter(f"{SVG}circle") if c.get("class") == "halo"]) == 1
    neighbourhood = drawing(client, feature=town.west.uid)
    assert len([group for group in neighbourhood.iter(f"{SVG}g") if group.get("class") == "here"]) == 1


def test_names_cannot_break_the_drawing(town, client):
    town.west.name = "<script>&\"']]>"
    town.west.save()
    root = drawing(client, bbox="7.65,45.03,7.71,45.09")
    assert "<script>&\"']]>" in {text.text for text in root.iter(f"{SVG}text")}


def test_nothing_hidden_is_drawn(town, client):
    root = drawing(client, bbox="7.775,45.115,7.785,45.125")
    assert not list(root.iter(f"{SVG}use"))
    assert client.get("/map.svg", {"feature": town.hidden[0].uid}).status_code == 404
    assert SECRET not in ElementTree.tostring(root, "unicode")


@pytest.mark.parametrize(
    "params",
    [
        {"city": "atlantide"},
        {"city": ""},
        {"width": "9"},
        {"height": "99999"},
        {"bbox": "x"},
        {"colour": "red"},
        {"feature": "a", "width": "x"},
    ],
)
def test_a_drawing_that_cannot_be_made_is_refused_with_a_document(town, client, params):
    response = client.get("/map.svg", {"city": "torino"} | params)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_something_without_a_place_has_no_drawing(town, client):
    assert client.get("/map.svg", {"feature": town.buildings[-1].uid}).status_code == 404


def test_a_drawing_is_kept_until_it_changes(town, client):
    first = client.get("/map.svg", {"city": "torino"})
    again = client.get("/map.svg", {"city": "torino"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make.HouseFactory(x=7.61)
    assert client.get("/map.svg", {"city": "torino"}, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_drawing_may_style_itself_and_do_nothing_else(town, client):
    policy = client.get("/map.svg", {"city": "torino"})["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "style-src 'unsafe-inline'" in policy and "sandbox" in policy
    assert not re.search(r"script-src (?!'none')", policy)


def test_one_statement_draws_a_layer_however_many_things_it_has(town, client, django_assert_max_num_queries):
    for number in range(300):
        make.BuildingFactory(x=7.60 + number / 3000, y=45.0)
    with django_assert_max_num_queries(40):
        client.get("/map.svg", {"city": "torino"})
