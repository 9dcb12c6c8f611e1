"""What search engines find: one address a page, its languages, a description, the sitemap, words for machines."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.urls import reverse

from commons.demo import load_demo
from commons.models import Building, Call, House, Pact, Proposal
from mapping import sitemaps, structured
from mapping.layers import LAYERS
from mapping.templatetags.modules import imports
from neighbourhoods.models import Neighbourhood
from people.models import Organisation
from tests.source import ROOT
from tests.town import SECRET

pytestmark = pytest.mark.django_db
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
KINDS = (Building, House, Pact, Proposal, Organisation, Neighbourhood)


def said_in(text: str) -> list[dict]:
    """Every thing that a page says of itself, read back from its text."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return [thing for one in found for thing in json.loads(one)["@graph"]]


def pages_of(town) -> list[str]:
    """One page of every kind that everybody may read."""
    return [
        "/torino/", "/torino/about/", "/torino/propose/", "/torino/calls/", "/torino/tell-us/", "/data/",
        "/data/buildings/", "/data/buildings/torino/", "/ogc/", "/accessibility/", "/privacy/",
        *(model.objects.public().first().get_absolute_url() for model in KINDS),
    ]  # fmt: skip


def addresses_in(text: str) -> list[str]:
    return [one.text for one in ElementTree.fromstring(text).findall(".//s:loc", NS)]


def test_every_page_has_one_address_both_languages_and_a_description_of_its_own(client, town):
    seen = {}
    for path in pages_of(town):
        for prefix in ("", "/en"):
            text = client.get(f"{prefix}{path}", headers={"accept": "text/html"}).getvalue().decode()
            assert re.findall(r'rel="canonical" href="([^"]+)"', text) == [f"{settings.SITE_URL}{prefix}{path}"]
            languages = dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', text))
            italian, english = f"{settings.SITE_URL}{path}", f"{settings.SITE_URL}/en{path}"
            assert languages == {"it": italian, "en": english, "x-default": italian}
            said = re.findall(r'<meta name="description" content="([^"]*)"', text)
            assert len(said) == 1 and 20 < len(said[0]) < 400, path
            seen.setdefault(said[0], []).append(f"{prefix}{path}")
    same = [paths for paths in seen.values() if len({path.removeprefix("/en") for path in paths}) > 1]
    assert not [paths for paths in same if not {"/torino/", "/torino/about/"} >= {p.removeprefix("/en") for p in paths}]


def test_a_filtered_view_is_no_page_of_its_own_and_an_error_is_none_at_all(client, town):
    text = client.get("/torino/?layers=buildings&q=scuola").getvalue().decode()
    assert f'rel="canonical" href="{settings.SITE_URL}/torino/"' in text
    missing = client.get("/torino/buildings/nothing/").getvalue().decode()
    assert "canonical" not in missing and "noindex" in missing


def test_the_sitemap_names_every_public_record_in_both_languages_and_nothing_else(client, town):
    index = client.get("/sitemap.xml")
    assert index.headers["Content-Type"].startswith("application/xml")
    files = addresses_in(index.getvalue().decode())
    assert all(one.startswith(f"{settings.SITE_URL}/sitemap-") for one in files)
    found = [
        one for file in files for one in addresses_in(client.get(file[len(settings.SITE_URL) :]).getvalue().decode())
    ]
    assert len(found) == len(set(found))
    for slug, layer in LAYERS.items():
        for record in layer.queryset():
            address = settings.SITE_URL + reverse("feature", args=["torino", slug, record.uid])
            assert (address in found) is (slug not in sitemaps.DRAWN_ONLY)
            assert (address.replace("/torino/", "/en/torino/") in found) is (slug not in sitemaps.DRAWN_ONLY)
    for one in town.hidden:
        assert not [address for address in found if one.uid in address]


def test_addresses_of_the_sitemap_answer_and_name_each_other(client, town):
    text = client.get("/sitemap-pages.xml").getvalue().decode()
    for address in addresses_in(text):
        assert client.get(address[len(settings.SITE_URL) :]).status_code == 200, address
    first = ElementTree.fromstring(text).find("s:url", NS)
    assert {one.get("hreflang") for one in first.findall("x:link", NS)} == {"it", "en", "x-default"}
    dated = ElementTree.fromstring(client.get("/sitemap-torino-buildings.xml").getvalue().decode())
    assert len(dated.findall("s:url/s:lastmod", NS)) == len(dated.findall("s:url", NS)) > 0


def test_a_long_sitemap_is_cut_into_files_that_miss_nothing(client, town, monkeypatch):
    monkeypatch.setattr(sitemaps.Pages, "limit", 4)
    files = [one for one in addresses_in(client.get("/sitemap.xml").getvalue().decode()) if "-torino-buildings" in one]
    assert len(files) > 1 and f"{settings.SITE_URL}/sitemap-torino-buildings.xml?p=2" in files
    found = [
        one for file in files for one in addresses_in(client.get(file[len(settings.SITE_URL) :]).getvalue().decode())
    ]
    assert len(found) == len(set(found)) == 2 * LAYERS["buildings"].queryset().count()
    assert client.get("/sitemap-torino-buildings.xml?p=999").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_calls_have_their_own_address_in_the_sitemap(client, town):
    call = Call.objects.create(city=town.city, name="Avviso", state=Call.State.CLOSED)
    Call.objects.create(city=town.city, name=SECRET)
    found = addresses_in(client.get("/sitemap-torino-calls.xml").getvalue().decode())
    assert found == [settings.SITE_URL + path for path in (call.get_absolute_url(), f"/en{call.get_absolute_url()}")]


def test_robots_are_told_of_the_sitemap_and_kept_from_endless_filters(client, town):
    from urllib.robotparser import RobotFileParser

    response = client.get("/robots.txt")
    text = response.getvalue().decode()
    assert response.headers["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text and "Disallow: /*?" in text
    reader = RobotFileParser()
    reader.parse(text.splitlines())
    for closed in ("/admin/", "/account/login/", "/en/account/login/", "/me/", "/en/messages/", "/api/v1/me/"):
        assert not reader.can_fetch("any", closed), closed
    for path in pages_of(town):
        assert reader.can_fetch("any", path), path


def test_what_pages_say_to_machines_can_be_read_and_is_what_people_read(client, town):
    town.buildings[0].description = "Un <b>nome</b> </script> & altro"
    town.buildings[0].save()
    wanted = {Building: "CivicStructure", House: "CivicStructure", Neighbourhood: "AdministrativeArea",
              Organisation: "Organization", Pact: "CreativeWork", Proposal: "CreativeWork"}  # fmt: skip
    for model, kind in wanted.items():
        record = model.objects.public().first()
        thing, way = said_in(client.get(record.get_absolute_url()).getvalue().decode())
        assert kind in thing["@type"] and thing["name"] == record.name and thing["identifier"] == record.uid
        assert [step["position"] for step in way["itemListElement"]] == [1, 2, 3]
        assert client.get(thing["@id"][len(settings.SITE_URL) :]).status_code in {301, 302}
    hostile = said_in(client.get(town.buildings[0].get_absolute_url()).getvalue().decode())[0]
    assert hostile["description"] == town.buildings[0].description
    data = said_in(client.get("/data/buildings/torino/").getvalue().decode())[0]
    assert data["@type"] == "Dataset" and {one["encodingFormat"] for one in data["distribution"]} >= {
        "application/geo+json"
    }
    assert said_in(client.get("/data/").getvalue().decode())[0]["@type"] == "DataCatalog"
    assert said_in(client.get("/torino/").getvalue().decode())[0]["publisher"]["@type"] == "GovernmentOrganization"


def test_a_place_that_is_not_known_well_is_no_point_for_machines(town):
    house = town.house
    assert structured.point_of(house)["latitude"] == pytest.approx(house.label_point.y, abs=1e-5)
    house.precision = "schematic"
    assert structured.point_of(house) is None


def test_what_is_not_public_of_a_proposal_is_not_said_to_machines(client, town):
    closed = Proposal.objects.public().first()
    Proposal.objects.filter(pk=closed.pk).update(description=SECRET, text_public=False)
    assert SECRET not in client.get(closed.get_absolute_url()).getvalue().decode()


def test_the_demonstration_says_valid_things_on_every_page(client, db):
    load_demo("torino")
    for model in KINDS:
        for record in model.objects.public():
            thing, _way = said_in(client.get(record.get_absolute_url()).getvalue().decode())
            assert thing["name"] == record.name
            assert "" not in thing.values() and None not in thing.values()


def test_the_map_asks_at_once_for_every_module_that_its_script_imports(client, town):
    text = client.get("/torino/").getvalue().decode()
    asked = {one.partition("/js/")[2] for one in re.findall(r'rel="modulepreload" href="([^"]+)"', text)}
    folder, wanted, waiting = ROOT / "static" / "js", set(), ["map/city-map.js"]
    while waiting:
        here = waiting.pop()
        wanted.add(here)
        for name in re.findall(r'^(?:import .*|.*} )from "([^"]+)"', (folder / here).read_text(), re.MULTILINE):
            path = str((folder / here).parent.joinpath(name).resolve().relative_to(folder))
            waiting += [path] if path not in wanted else []
    assert asked == wanted and len(wanted) > 8 and imports("js/map/city-map.js")[0] == "js/map/city-map.js"
