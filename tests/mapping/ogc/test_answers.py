"""How the OGC API answers: as JSON or as a page, in two languages, again with 304, at a constant cost, page by page
while data change, and gone when it is gone."""

import json
from html import unescape
from html.parser import HTMLParser

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import translation

from commons.functions import Function
from commons.models import Building
from mapping.layers import LAYERS
from mapping.ogc import crs
from mapping.ogc.accept import accepted, is_ours, language_of, offers
from mapping.ogc.items import geometry
from mapping.ogc.places import placed
from mapping.ogc.question import ItemsQuery, bent
from neighbourhoods.models import City
from tests import factories as make
from tests.answers import ids, problem
from tests.conftest import counted, forget

pytestmark = pytest.mark.django_db

ITEMS = "/ogc/collections/buildings/items"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GDAL = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "json"), ("*/*", "json"), (BROWSER, "html"), (GDAL, "json"), ("application/geo+json", "json"),
        ("text/html", "html"), ("text/html;q=0.5, application/json", "json"), ("text/*", "html"), (",;,", ""),
        ("application/json;q=0.2, text/html", "html"), ("application/*", "json"), ("image/png, */*;q=0.1", "json"),
        ("image/png", ""), ("text/html;q=0", ""), ("text/html;q=x", ""), ("TEXT/HTML", "html"),
    ],
)  # fmt: skip
def test_the_accept_header_chooses(header, wanted):
    assert accepted(header) == wanted


def test_offers_are_read_with_their_weights():
    assert offers("a/b;q=0.5, c/d") == [(0.5, "a/b"), (1.0, "c/d")]


def test_the_addresses_of_the_standard_are_known_in_every_language():
    assert all(is_ours(path) for path in ("/ogc", "/ogc/", "/ogc/api", "/en/ogc", "/en/ogc/collections"))
    assert not any(is_ours(path) for path in ("/", "/ogcx", "/en/", "/torino/ogc/", "/fr/ogc/"))
    assert (language_of("/ogc/"), language_of("/en/ogc/")) == ("it", "en")


def test_f_is_stronger_than_the_header_and_wrong_ones_are_refused(client, town):
    assert client.get(f"{ITEMS}?f=json", headers={"Accept": BROWSER}).headers["Content-Type"] == "application/geo+json"
    assert client.get(f"{ITEMS}?f=html").headers["Content-Type"] == "text/html; charset=utf-8"
    for f in ("xml", "", "HTML"):
        problem(client.get(ITEMS, {"f": f}), 400, "bad-parameter")
    problem(client.get(f"{ITEMS}?f=html&f=json"), 400, "bad-parameter")
    problem(client.get(ITEMS, headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert "Accept" in client.get(ITEMS).headers["Vary"]


def test_who_wants_a_page_gets_mistakes_as_pages_too(client, town):
    for path, status in ((f"{ITEMS}?nope=1", 400), ("/ogc/collections/nothing", 404), (f"{ITEMS}/nothing", 404)):
        answer = client.get(path, headers={"Accept": BROWSER})
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


@pytest.mark.parametrize(("base", "language"), [("/ogc", "it"), ("/en/ogc", "en")])
def test_each_language_has_its_addresses(client, town, base, language):
    with translation.override(language):
        title = str(LAYERS["buildings"].title)
    answer = client.get(f"{base}/collections/buildings")
    said = json.loads(answer.content)
    assert said["title"] == title and answer.headers["Content-Language"] == language
    assert all(f"{base}/" in one["href"] for one in said["links"] if one["rel"] in {"self", "items", "alternate"})
    page = json.loads(client.get(f"{base}/collections/buildings/items?limit=1").content)
    assert all(f"{base}/collections/" in one["href"] for one in page["links"])
    translation.activate("en")
    assert client.get("/ogc/").headers["Content-Language"] == "it"


def test_the_landing_page_answers_without_its_slash(client, town):
    with_slash, without = client.get("/ogc/"), client.get("/ogc")
    assert with_slash.content == without.content and without.status_code == 200
    problem(client.get("/ogc/collections/"), 404, "not-found")


def test_what_a_client_has_is_not_sent_again(client, town):
    (uid,) = ids(json.loads(client.get(f"{ITEMS}?limit=1").content))
    tile = "/ogc/collections/buildings/tiles/WebMercatorQuad/12/1472/2135"
    for path in ("/ogc/", "/ogc/api", "/ogc/collections", ITEMS, f"{ITEMS}/{uid}", tile):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"] and "Accept" in again.headers["Vary"]
    Building.objects.filter(uid=uid).update(name="Altro nome")
    changed = client.get(ITEMS, headers={"If-None-Match": client.get("/ogc/").headers["ETag"]})
    assert changed.status_code == 200 and "Altro nome" in changed.content.decode()


def test_anybody_may_read_from_any_site(client, town):
    answer = client.get(ITEMS)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Crs" in answer.headers["Access-Control-Expose-Headers"]
    assert "sessionid" not in answer.cookies and not answer.cookies


def test_what_was_public_is_gone(client, town):
    for wrong in town.hidden[:2]:
        problem(client.get(f"{ITEMS}/{wrong.uid}"), 410, "gone")
        assert client.get(f"{ITEMS}/{wrong.uid}", headers={"Accept": BROWSER}).status_code == 410
    problem(client.get(f"/ogc/collections/houses/items/{town.buildings[0].uid}"), 404, "not-found")


def test_paging_stays_right_while_data_change(client, town):
    """What was there all the time comes exactly once; what was added behind may come, what went before does not."""
    for number in range(20):
        make.BuildingFactory(name=f"Nuovo {number}")
    kept = set(Building.objects.public().values_list("uid", flat=True))
    gone = list(Building.objects.public().order_by("pk").values_list("uid", flat=True))[1:3]
    seen: list[str] = []
    href = f"{ITEMS}?limit=3"
    while href:
        page = json.loads(client.get(href).content)
        seen += [one["id"] for one in page["features"]]
        Building.objects.filter(uid=gone[len(seen) % 2]).update(visibility="hidden")
        make.BuildingFactory(name="Aggiunto") if len(seen) < 12 else None
        href = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        href = href.removeprefix("http://127.0.0.1:8000")
    assert len(seen) == len(set(seen)) and kept - set(gone) <= set(seen)
    assert {"Aggiunto"} == set(Building.objects.filter(uid__in=set(seen) - kept).values_list("name", flat=True))


def cost(client: Client, path: str) -> int:
    """Statements of a question that was never asked before."""
    forget()
    with counted() as statements:
        assert client.get(path).status_code in {200, 204}
    return len(statements)


def test_the_cost_does_not_grow_with_the_records(client, town):
    (uid,) = ids(json.loads(client.get(f"{ITEMS}?limit=1").content))
    paths = (
        "/ogc/", "/ogc/collections", "/ogc/collections/buildings", ITEMS, f"{ITEMS}?limit=1000", f"{ITEMS}/{uid}",
        f"{ITEMS}?f=html", f"{ITEMS}/{uid}?f=html", f"{ITEMS}?filter=floor_area>1", "/ogc/collections/buildings?f=html",
        "/ogc/collections/buildings/tiles/WebMercatorQuad/12/1472/2135", "/ogc/api",
        "/ogc/collections/buildings/queryables",
    )  # fmt: skip
    before = {path: cost(client, path) for path in paths}
    make.BuildingFactory.create_batch(40)
    assert {path: cost(client, path) for path in paths} == before
    assert before["/ogc/"] == 0 and before["/ogc/collections/buildings/queryables"] == 0
    assert before[ITEMS] <= 3 and before[f"{ITEMS}/{uid}"] <= 2


def test_a_plain_page_costs_what_a_layer_does(client, town):
    assert cost(client, f"{ITEMS}?limit=100") == cost(client, "/layers/buildings.geojson?limit=100")


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a":
            self.found.append((said.get("rel") or "", said.get("href") or ""))


def test_pages_of_records_page_filter_and_lead_on(client, town):
    page = client.get(f"/en{ITEMS}?limit=3&f=html")
    text = page.content.decode()
    assert "8 records match." not in text or "This page shows 3." in text
    (following,) = [href for rel, href in Links(text).found if rel == "next" and "cursor=" in href and "//" not in href]
    second = client.get(following).content.decode()
    names = list(Building.objects.public().order_by("pk").values_list("name", flat=True))
    assert all(name in text for name in names[:3]) and not any(name in text for name in names[3:6])
    assert all(name in second for name in names[3:6])
    narrowed = client.get(f"/en{ITEMS}?f=html&use_status=reused&filter=&city=").content.decode()
    assert "One record matches." in narrowed and 'value="reused" selected' in narrowed
    nothing = client.get(f"/en{ITEMS}?f=html&filter=name='nobody'").content.decode()
    assert "No record matches." in nothing and "name=&#x27;nobody&#x27;" in nothing


def test_what_an_author_wrote_is_text_on_the_pages(client, town):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    make.BuildingFactory(name=evil, description=evil, owner=evil)
    uid = Building.objects.get(name=evil).uid
    for path in (f"{ITEMS}?f=html", f"{ITEMS}/{uid}?f=html", f"{ITEMS}?f=html&owner={evil}"):
        text = client.get(path).content.decode()
        assert "<script>alert" not in text and "onerror=alert(1)>" not in text.replace("&gt;", "")


def test_every_layer_and_its_records_have_pages(client, town):
    for slug, layer in LAYERS.items():
        for path in (slug, f"{slug}/items", f"{slug}/queryables", f"{slug}/tiles", f"{slug}/tiles/WebMercatorQuad"):
            assert client.get(f"/ogc/collections/{path}?f=html").status_code == 200, path
        for uid in layer.queryset().values_list("uid", flat=True):
            assert client.get(f"/ogc/collections/{slug}/items/{uid}?f=html").status_code == 200


def test_a_system_that_puts_north_first_is_answered_so(client, town):
    """EPSG:3035 and 6706 say their axes north before east: so do answers, boxes and filters."""
    City.objects.update(crs=[32632, 3035, 6706])
    assert crs.flipped("EPSG:3035") and crs.flipped("EPSG:6706") and not crs.flipped("EPSG:32632")
    assert crs.geographic("EPSG:6706") and not crs.geographic("EPSG:3035")
    assert "ST_FlipCoordinates" in geometry("EPSG:3035")
    for code, box in ((3035, None), (6706, "45.04,7.66,45.051,7.671")):
        uri = f"{crs.EPSG}{code}"
        page = json.loads(client.get("/ogc/collections/houses/items", {"crs": uri, "limit": "1"}).content)
        north, east = page["features"][0]["geometry"]["coordinates"]
        point = Point(7.67, 45.05, srid=4326).transform(code, clone=True)
        wanted = (point.y, point.x) if code == 3035 else (45.05, 7.67)
        assert (north, east) == pytest.approx(wanted, abs=0.6 if code == 3035 else 1e-5)
        box = box or f"{north - 5},{east - 5},{north + 5},{east + 5}"
        for params in (
            {"bbox": box, "bbox-crs": uri},
            {"filter": f"S_INTERSECTS(geometry, BBOX({box}))", "filter-crs": uri},
        ):
            found = json.loads(client.get("/ogc/collections/houses/items", params).content)
            assert page["features"][0]["id"] in ids(found), params


def test_a_box_bends_with_its_sides(town):
    square = bent((390_000, 4_985_000, 400_000, 4_995_000))
    assert square.num_coords == 81 and square.valid
    assert placed(square, "EPSG:32632", "bbox").extent == pytest.approx((7.60, 45.00, 7.73, 45.11), abs=0.02)
    assert bent((1, 2, 1, 2)).geom_type == "Point" and bent((1, 2, 1, 3)).geom_type == "LineString"


def test_a_query_says_itself_whole(rf, town):
    params = rf.get("/", {"limit": "2", "use_status": "reused", "crs": f"{crs.EPSG}32632", "filter": "example"}).GET
    query = ItemsQuery.read(LAYERS["buildings"], params)
    address = query.address("json", 7)
    for part in ("limit=2", "use_status=reused", "filter=example", "crs=http://www.opengis.net", "f=json", "cursor=7:"):
        assert part in address
    assert query == ItemsQuery.read(LAYERS["buildings"], params) and hash(query)


def test_a_box_is_exact_here_and_rough_elsewhere(get, town):
    """A line across a corner meets the box of the box, not the box."""
    make.BuildingFactory(name="Traverso", place=make.line((7.60, 45.00), (7.62, 45.02)))
    box = "7.60,45.015,7.604,45.02"
    assert "Traverso" in {one["properties"]["name"] for one in get("buildings.geojson", bbox=box)["features"]}
    assert "Traverso" not in {one["properties"]["name"] for one in get(ITEMS, bbox=box)["features"]}


def test_a_list_of_words_is_read_on_the_page_of_the_records_in_the_feed_and_on_the_page_of_one(client, town):
    Building.objects.filter(pk=town.buildings[0].pk).update(could_host=["outdoors", "guests"])
    words = [str(Function(one).label) for one in ("outdoors", "guests")]
    for address in (f"{ITEMS}?f=html", "/torino/changes.atom", f"/torino/buildings/{town.buildings[0].uid}/"):
        answer = client.get(address)
        text = unescape(unescape(b"".join(answer).decode()))  # a feed holds pages in XML
        assert answer.status_code == 200, address
        assert [word for word in words if word.split(",")[0] in text] == words, address
