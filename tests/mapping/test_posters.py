"""The poster of a building: one tagged page, in both languages, of public buildings only."""

import io

import pytest
from pypdf import PdfReader
from reportlab.lib.pagesizes import A3, A4

from commons.models import Building
from commons.poster import squares
from mapping import posters
from tests import factories as make
from tests.town import SECRET

pytestmark = pytest.mark.django_db


def pages(client, building: Building, before: str = "", **params) -> PdfReader:
    response = client.get(f"{before}/torino/buildings/{building.uid}/poster.pdf", params)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def test_a_poster_says_what_the_place_is_and_how_to_begin(town, client):
    building = make.BuildingFactory(
        name="Ex bagni di via Agliè", address="via Agliè 9", floor_area=1200, use_since="2014-01-01", x=7.67, y=45.05
    )
    text = pages(client, building, "/en").pages[0].extract_text()
    assert "This place could be" in text and "Ex bagni di via Agliè" in text and "via Agliè 9, San Salvario" in text
    assert "Disused since 2014" in text and "1,200 m²" in text and "Do you have an idea?" in text


def test_a_poster_is_one_page_of_the_paper_that_is_asked_for(town, client):
    long = "Un nome molto lungo che non finisce mai " * 5
    for name, size, paper in (("Ex scuola", "a4", A4), (long, "a4", A4), (long, "a3", A3)):
        found = pages(client, make.BuildingFactory(name=name, address="via Roma 1", x=7.67, y=45.05), size=size)
        assert len(found.pages) == 1
        assert (float(found.pages[0].mediabox.width), float(found.pages[0].mediabox.height)) == pytest.approx(paper)


def test_a_poster_leads_to_the_permanent_address(town, client, settings):
    (link,) = pages(client, town.buildings[0]).pages[0]["/Annots"]
    assert link.get_object()["/A"]["/URI"] == f"{settings.SITE_URL}/id/{town.buildings[0].uid}"
    code = squares("https://mappa.example.it/id/1")
    assert len(code) == len(code[0]) >= 21 and code[0][:7] == [True] * 7


def test_who_hears_the_poster_hears_its_parts_in_order(town, client):
    building = make.BuildingFactory(name="Ex bagni", x=7.67, y=45.05)
    document = pages(client, building, "/en")
    root = document.trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"]
    whole = root["/StructTreeRoot"]["/K"]
    parts = [one.get_object() for one in whole["/K"]]
    assert [part["/S"] for part in parts][:4] == ["/P", "/H1", "/Figure", "/H2"]
    assert all(part["/Alt"] for part in parts if part["/S"] == "/Figure")
    drawn = document.pages[0].get_contents().get_data()
    assert drawn.count(b"BDC") == len(parts) and drawn.count(b"EMC") == len(parts) + drawn.count(b"/Artifact BMC")
    assert document.pages[0]["/StructParents"] == 0 and "Ex bagni" in document.metadata.title


def test_the_same_record_gives_the_same_poster_and_it_is_kept(town, client):
    address = f"/torino/buildings/{town.buildings[0].uid}/poster.pdf"
    first = client.get(address)
    assert client.get(address).content == first.content
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Building.objects.filter(pk=town.buildings[0].pk).update(name="Altro nome")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert not first.cookies


def test_a_place_that_nobody_knows_has_a_poster_without_a_map(town, client):
    assert "/Annots" in pages(client, Building.objects.get(name="Senza posto")).pages[0]


def test_what_is_not_public_has_no_poster(town, client):
    hidden = next(one for one in town.hidden if isinstance(one, Building) and one.visibility == "hidden")
    response = client.get(f"/torino/buildings/{hidden.uid}/poster.pdf")
    assert response.status_code == 410 and SECRET.encode() not in response.content
    assert client.get("/torino/buildings/nobody/poster.pdf").status_code == 404
    assert client.get(f"/altrove/buildings/{town.buildings[0].uid}/poster.pdf").status_code == 404
    assert client.get(f"/torino/buildings/{town.house.uid}/poster.pdf").status_code == 404


def test_a_poster_that_cannot_be_made_is_refused(town, client):
    for said in ("size=a5", "size=A4", "size=a4&size=a3", "colour=red"):
        assert client.get(f"/torino/buildings/{town.buildings[0].uid}/poster.pdf?{said}").status_code == 400


def test_who_comes_while_too_many_are_drawn_is_asked_to_wait(town, client, monkeypatch):
    monkeypatch.setattr(posters, "PATIENCE", 0.01)
    for _ in range(posters.AT_ONCE):
        assert posters._turns.acquire(timeout=1)
    try:
        assert client.get(f"/torino/buildings/{town.buildings[0].uid}/poster.pdf").status_code == 503
    finally:
        for _ in range(posters.AT_ONCE):
            posters._turns.release()


def test_the_page_of_an_empty_building_offers_its_poster(town, client):
    empty = make.BuildingFactory(use_status="disused", x=7.67)
    again = make.BuildingFactory(use_status="reused", x=7.67)
    assert f"{empty.uid}/poster.pdf" in client.get(empty.get_absolute_url()).content.decode()
    assert "poster.pdf" not in client.get(again.get_absolute_url()).content.decode()
