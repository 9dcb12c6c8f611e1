"""The drawing of the map: well-formed, of the right places, refused with a sentence."""

import itertools
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.models import Building
from mapping.frame import Frame
from mapping.names import Name, Taken, placed
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


def test_the_same_data_give_the_same_bytes_whoever_asks_and_however_the_rows_lie(town, client):
    for number in range(60):
        make.BuildingFactory(x=7.661 + number % 10 / 4000, y=45.041 + number // 10 / 4000)
    params = {"city": "torino", "neighbourhood": "San Salvario", "layers": "buildings,houses"}
    first = client.get("/map.svg", params)
    Building.objects.filter(pk__in=Building.objects.values_list("pk", flat=True)[::2]).update(
        floor_area=7
    )  # rows move in their table
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    again = client.get("/map.svg", params, headers={"Accept-Language": "en", "User-Agent": "x"})
    assert first.status_code == again.status_code == 200
    assert first.content == again.content


def test_the_number_of_statements_does_not_depend_on_the_number_of_things(town, client):
    def statements(params: dict) -> int:
        client.get("/map.svg", params)
        with CaptureQueriesContext(connection) as asked:
            client.get("/map.svg", params)
        return len(asked)

    params = {"city": "torino", "neighbourhood": "San Salvario", "layers": "buildings"}
    few = statements(params)
    for number in range(200):
        make.BuildingFactory(x=7.661 + number / 20000, y=45.05)
    assert statements(params) == few <= 14


def test_a_view_of_a_neighbourhood_is_framed_by_it_and_shows_it(town, client):
    root = drawing(client, neighbourhood="San Salvario", layers="buildings")
    (here,) = [group for group in root.iter(f"{SVG}g") if group.get("class") == "here"]
    assert len(here) == 1
    both = drawing(client, district="Circoscrizione 8")
    assert len([group for group in both.iter(f"{SVG}g") if group.get("class") == "here"]) == 1


def test_names_stand_clear_of_marks_and_of_each_other(town, client):
    x, y = town.west.label_point.coords
    make.HouseFactory(name="Sul nome", x=x, y=y)
    root = drawing(client, bbox="7.655,45.035,7.705,45.085", width="700", height="700")
    (group,) = [one for one in root.iter(f"{SVG}g") if one.get("class") == "names"]
    boxes = [Name(one.text, float(one.get("x")), float(one.get("y")), 0, 0).box(0, 0) for one in group]
    spots = [(float(use.get("x")) + 14, float(use.get("y")) + 14) for use in root.iter(f"{SVG}use") if use.get("x")]
    assert "San Salvario" in {one.text for one in group} and spots
    for west, north, east, south in boxes:
        assert not [1 for px, py in spots if west < px + 13 and px - 13 < east and north < py + 13 and py - 13 < south]
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_a_name_without_room_is_left_out():
    taken = Taken(200, 100)
    taken.mark(100, 50, 90)
    assert not list(placed([Name("Centro", 100, 50, 150, 60)], taken))
    assert not list(placed([Name("Un nome molto lungo", 100, 50, 40, 60)], Taken(200, 100)))
    assert list(placed([Name("Centro", 100, 50, 150, 60)], Taken(200, 100))) == [("Centro", 100, 50)]


def test_what_is_said_twice_is_refused(town, client):
    for twice in ("city", "width", "feature", "lang", "bbox"):
        response = client.get(f"/map.svg?city=torino&{twice}=a&{twice}=b")
        assert response.status_code == 400
        assert response.json()["errors"][0]["parameter"] == twice


def test_the_title_is_in_the_language_of_the_address(town, client):
    assert "Torino" in client.get("/map.svg", {"city": "torino", "lang": "en"}).content.decode().split("</title>")[0]
    assert client.get("/map.svg", {"city": "torino", "lang": "xx"}).status_code == 400


def test_a_drawing_sets_no_cookie_and_reads_no_session(town, client):
    client.force_login(make.UserFactory())
    response = client.get("/map.svg", {"city": "torino"})
    assert not response.cookies and "Cookie" not in response.get("Vary", "")
