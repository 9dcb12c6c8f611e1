"""The picture in pixels: the same view, of the size that is asked for, and no more work than a machine can bear."""

import io
import re
from html import unescape

import pytest
from PIL import Image

from mapping import raster
from mapping.ink import printed
from tests import factories as make

pytestmark = pytest.mark.django_db


def picture(client, **params) -> Image.Image:
    response = client.get("/map.png", {"city": "torino"} | params)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(response.content))


def test_a_picture_has_the_size_that_is_asked_for(town, client):
    assert picture(client, width="1200", height="630").size == (1200, 630)
    assert picture(client, feature=town.buildings[0].uid, width="300", height="200").size == (300, 200)


def test_a_picture_has_the_ground_and_the_marks_in_their_colours(town, client):
    image = picture(client, layers="houses", bbox="7.66,45.04,7.70,45.08", width="400", height="400").convert("RGB")
    colours = {colour for _count, colour in image.getcolors(400 * 400)}
    assert {(0xFA, 0xF8, 0xF4), (0x6A, 0x3D, 0x9A)} <= colours
    bare = picture(client, layers="", bbox="7.66,45.04,7.70,45.08", width="400", height="400").convert("RGB")
    assert (0x6A, 0x3D, 0x9A) not in {colour for _count, colour in bare.getcolors(400 * 400)}


def test_names_are_written(town, client):
    box = {"layers": "", "bbox": "7.66,45.04,7.70,45.08", "width": "600", "height": "600"}
    with_names = client.get("/map.png", {"city": "torino"} | box).content
    town.west.name = ""
    town.west.save()
    assert client.get("/map.png", {"city": "torino"} | box).content != with_names


def test_the_same_data_give_the_same_picture_and_it_is_kept(town, client):
    first = client.get("/map.png", {"city": "torino"})
    assert client.get("/map.png", {"city": "torino"}).content == first.content
    again = client.get("/map.png", {"city": "torino"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache" and not first.cookies
    make.HouseFactory(x=7.61)
    assert client.get("/map.png", {"city": "torino"}, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "params", [{"width": "2000", "height": "2000"}, {"width": "9"}, {"colour": "red"}, {"city": "x"}]
)
def test_a_picture_that_cannot_be_made_is_refused(town, client, params):
    response = client.get("/map.png", {"city": "torino"} | params)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_nothing_hidden_is_drawn(town, client):
    assert client.get("/map.png", {"feature": town.hidden[0].uid}).status_code == 404


def test_who_comes_while_too_many_are_drawn_is_asked_to_wait(town, client, monkeypatch):
    monkeypatch.setattr(raster, "PATIENCE", 0.01)
    for _ in range(raster.AT_ONCE):
        assert raster._turns.acquire(timeout=1)
    try:
        assert client.get("/map.png", {"city": "torino"}).status_code == 503
    finally:
        for _ in range(raster.AT_ONCE):
            raster._turns.release()
    assert client.get("/map.png", {"city": "torino"}).status_code == 200


def test_what_is_printed_names_no_colour(town, client):
    drawing = client.get("/map.svg", {"city": "torino"}).content.decode()
    assert "var(" in drawing and "prefers-color-scheme" in drawing
    assert "var(" not in printed(drawing) and "prefers-color-scheme" not in printed(drawing)


def test_every_kind_of_page_with_a_place_shows_the_picture_without_a_script(town, client):
    group = make.OrganisationFactory(city=town.city, name="Chi la gestisce")
    make.HouseFactory(name="Con chi la gestisce", operator=group, x=7.67, y=45.05)
    records = [town.west, town.lower, town.buildings[0], town.house, town.pacts[0], town.proposals[0], group]
    pages = ["/torino/", "/torino/about/", *(record.get_absolute_url() for record in records)]
    for page in pages:
        text = unescape(client.get(page).content.decode())
        (picture, *_more) = re.findall(r'<img[^>]* src="(/map\.svg\?[^"]+)"', text) or [""]
        assert picture, page
        assert client.get(picture).status_code == 200, page
