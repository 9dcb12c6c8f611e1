"""Our maps in other people's pages: who may frame them, what they hold, and what a link of ours becomes elsewhere."""

import importlib
import json
import re
from html import unescape
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured

from mapping import embed_settings
from mapping.embedding.steps import beside
from tests import factories as make
from tests.town import SECRET

pytestmark = pytest.mark.django_db
SITE = "https://www.comune.example.it"


@pytest.fixture
def allowed(settings) -> str:
    settings.EMBED_ORIGINS = [SITE]
    return SITE


def ancestors(response) -> str:
    return re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1]


def told(client, path: str, **params) -> dict:
    response = client.get("/oembed", {"url": f"http://127.0.0.1:8000{path}"} | params)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"


def test_nobody_may_frame_anything_unless_the_settings_say_so(town, client):
    response = client.get("/embed/torino/")
    assert ancestors(response) == "'none'" and response["X-Frame-Options"] == "DENY"


def test_only_the_view_for_a_frame_can_be_framed_and_only_by_those_of_the_settings(town, client, allowed):
    response = client.get("/embed/torino/")
    assert ancestors(response) == SITE and "X-Frame-Options" not in response
    for other in ("/torino/", f"/torino/buildings/{town.buildings[0].uid}/", "/account/login/"):
        page = client.get(other)
        assert ancestors(page) == "'none'" and page["X-Frame-Options"] == "DENY"


def test_a_frame_knows_nobody_and_leaves_nothing_behind(town, client, allowed):
    person = make.UserFactory(display_name="Ada Persona")
    client.force_login(person)
    response = client.get("/embed/torino/")
    page = response.content.decode()
    assert not response.cookies and "Cookie" not in response.get("Vary", "")
    assert response["Cache-Control"] == "no-cache"
    assert "Ada Persona" not in page and "<form" not in page and "<script" not in page and "csrf" not in page


def test_a_frame_shows_the_view_that_is_asked_for(town, client, allowed):
    response = client.get("/embed/torino/", {"layers": "houses", "bbox": "7.66,45.04,7.70,45.06"})
    page = unescape(response.content.decode())
    assert "/map.svg?" in page and "layers=houses" in page
    assert "Casa del Quartiere" in page and "Ex scuola perché" not in page
    assert 'href="/torino/?layers=houses&bbox=' in page and page.count("embed-step-") == 6


def test_a_frame_of_one_thing_names_it_and_leads_to_it(town, client, allowed):
    building = town.buildings[0]
    page = unescape(client.get("/en/embed/torino/", {"feature": building.uid}).content.decode())
    assert building.name in page and f"map.svg?feature={building.uid}" in page
    assert "Open on Mappa Comune" in page and 'target="_blank"' in page


def test_a_frame_of_what_is_not_public_says_so_and_nothing_else(town, client, allowed):
    hidden = next(one for one in town.hidden if one.visibility == "hidden")
    response = client.get("/embed/torino/", {"feature": hidden.uid})
    assert response.status_code == 410 and SECRET not in response.content.decode()
    assert client.get("/embed/torino/", {"feature": "nobody"}).status_code == 404
    assert client.get("/embed/atlantide/").status_code == 404
    assert client.get("/embed/torino/", {"bbox": "x"}).status_code == 400


def test_a_picture_is_moved_no_further_than_the_world(db):
    assert beside((7.0, 45.0, 8.0, 46.0), 0.5, 0, 1) == (7.5, 45.0, 8.5, 46.0)
    assert beside((7.0, 45.0, 8.0, 46.0), 0, 0, 0.5) == (7.25, 45.25, 7.75, 45.75)
    assert beside((-180.0, -80.0, 180.0, 80.0), 0, 0, 2) is None
    assert beside((7.0, 45.0, 7.0004, 45.0004), 0, 0, 0.5) is None


def test_oembed_of_a_page_is_the_code_of_its_frame(town, client, allowed):
    said = told(client, f"/torino/buildings/{town.buildings[0].uid}/", format="json", maxwidth="400")
    assert (said["version"], said["type"], said["width"]) == ("1.0", "rich", 400)
    assert f'src="http://127.0.0.1:8000/embed/torino/?feature={town.buildings[0].uid}"' in said["html"]
    assert town.buildings[0].name in said["title"] and said["thumbnail_url"].startswith(
        "http://127.0.0.1:8000/map.png?"
    )
    assert client.get(said["thumbnail_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_oembed_of_a_view_keeps_its_layers_and_its_language(town, client, allowed):
    said = told(client, "/en/torino/?layers=houses&bbox=7.66,45.04,7.70,45.06")
    assert "/en/embed/torino/?layers=houses&amp;bbox=7.66,45.04,7.70,45.06" in said["html"]
    assert client.get(said["thumbnail_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_where_nobody_may_frame_oembed_gives_a_picture(town, client):
    said = told(client, "/torino/", maxwidth="300", maxheight="200")
    assert (said["type"], said["width"], said["height"]) == ("photo", 300, 200) and "html" not in said
    assert client.get(said["url"].removeprefix("http://127.0.0.1:8000"))["Content-Type"] == "image/png"


def test_a_name_cannot_break_out_of_the_code(town, client, allowed):
    building = make.BuildingFactory(name='"><script>alert(1)</script>', x=7.67)
    said = told(client, f"/torino/buildings/{building.uid}/")
    assert "<script>" not in said["html"]
    page = client.get(building.get_absolute_url()).content.decode()
    code = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert "<" not in code and unescape(code).startswith("<iframe ") and "<script>" not in unescape(code)


OTHERS = [
    ("", 400),
    ("https://evil.example/torino/", 404),
    ("http://127.0.0.1:8000@evil.example/torino/", 404),
    ("http://127.0.0.1:8000.evil.example/torino/", 404),
    ("//127.0.0.1:8000/torino/", 404),
    ("javascript:alert(1)", 404),
    ("file:///etc/passwd", 404),
    ("http://[::1/torino/", 404),
    ("http://127.0.0.1:8000/account/login/", 404),
    ("http://127.0.0.1:8000/admin/", 404),
    ("http://127.0.0.1:8000/torino/desk/", 404),
    ("http://127.0.0.1:8000/atlantide/", 404),
    ("http://127.0.0.1:8000/torino/?bbox=x", 400),
    ("http://127.0.0.1:8000/torino/\x00", 400),
    ("http://127.0.0.1:8000/" + "a" * 3000, 400),
    ("http://127.0.0.1:8000/torino/buildings/nobody/", 404),
    ("http://127.0.0.1:8000/torino/organisations/nobody/", 404),
]


def test_oembed_reads_addresses_of_ours_and_no_others(town, client, allowed):
    for url, status in OTHERS:
        response = client.get(f"/oembed?url={quote(url, safe='')}")
        assert response.status_code == status, url
        assert response["Content-Type"] == "application/problem+json"


def test_oembed_of_what_is_hidden_is_gone(town, client, allowed):
    hidden = next(one for one in town.hidden if one.visibility == "hidden" and one.layer == "buildings")
    response = client.get("/oembed", {"url": f"http://127.0.0.1:8000/torino/buildings/{hidden.uid}/"})
    assert response.status_code == 410 and SECRET not in response.content.decode()


def test_oembed_refuses_what_it_cannot_do(town, client):
    wrong = {
        "format=xml": 406, "maxwidth=0": 400, "maxwidth=x": 400, "maxheight=-1": 400, "a=1": 400,
        "format=json&format=json": 400,
    }  # fmt: skip
    for said, status in wrong.items():
        assert client.get(f"/oembed?url=http%3A//127.0.0.1%3A8000/torino/&{said}").status_code == status, said


def test_oembed_is_open_data_and_is_kept(town, client):
    address = "/oembed?url=http%3A//127.0.0.1%3A8000/torino/"
    first = client.get(address)
    assert first["Access-Control-Allow-Origin"] == "*" and not first.cookies
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def meta(page: str) -> dict[str, str]:
    return {
        name: unescape(said) for name, said in re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', page)
    }


def test_a_link_to_a_page_becomes_a_card_with_the_picture_of_the_server(town, client):
    for path in (
        "/torino/", "/torino/about/", town.buildings[0].get_absolute_url(), town.house.get_absolute_url(),
        town.west.get_absolute_url(), town.proposals[0].get_absolute_url(),
    ):  # fmt: skip
        page = client.get(path).content.decode()
        card = meta(page)
        assert card["og:url"] == f"http://127.0.0.1:8000{path}" and card["twitter:card"] == "summary_large_image"
        assert (card["og:image:width"], card["og:image:height"]) == ("1200", "630") and card["og:image:alt"]
        picture = client.get(card["og:image"].removeprefix("http://127.0.0.1:8000"))
        assert picture["Content-Type"] == "image/png", path
        link = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)[1]
        found = client.get(unescape(link).removeprefix("http://127.0.0.1:8000"))
        assert found.status_code == 200, path


def test_pages_of_ones_own_have_no_card(town, client):
    client.force_login(make.UserFactory())
    for path in ("/account/me/", "/torino/propose/", "/nowhere/"):
        assert "og:" not in client.get(path, follow=True).content.decode()


def test_the_code_to_copy_is_on_the_map_and_on_the_pages_where_somebody_may_use_it(town, client, settings):
    settings.EMBED_ORIGINS = [SITE]
    for path in ("/torino/?layers=houses", town.buildings[0].get_absolute_url(), town.west.get_absolute_url()):
        code = re.search(r"<textarea[^>]*>(.*?)</textarea>", client.get(path).content.decode(), re.DOTALL)[1]
        framed = re.search(r'src="http://127.0.0.1:8000([^"]+)"', unescape(code))[1]
        assert client.get(unescape(framed)).status_code == 200
    settings.EMBED_ORIGINS = []
    assert "<textarea" not in client.get("/torino/").content.decode()


@pytest.mark.parametrize(
    "origin", ["https://www.comune.example.it/x", "http://comune.example.it", "*", "'self'", "https://a b"]
)
def test_an_origin_that_is_none_stops_the_program(origin, monkeypatch):
    monkeypatch.setenv("EMBED_ORIGINS", origin)
    with pytest.raises(ImproperlyConfigured, match="EMBED_ORIGINS"):
        importlib.reload(embed_settings)
    monkeypatch.setenv("EMBED_ORIGINS", "https://www.comune.example.it,https://*.example.org")
    assert len(importlib.reload(embed_settings).EMBED_ORIGINS) == 2


def test_what_oembed_says_is_json_of_the_standard(town, client, allowed):
    said = json.loads(client.get("/oembed?url=http%3A//127.0.0.1%3A8000/torino/").content)
    assert {"version", "type", "title", "provider_name", "provider_url", "width", "height", "html"} <= set(said)
