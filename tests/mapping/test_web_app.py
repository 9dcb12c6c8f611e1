"""The installable web app, as the server tells it: manifest, worker and the page without network."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import resolve
from PIL import Image

from mapping import web_app
from tests import factories as make
from tests.source import ROOT

pytestmark = pytest.mark.django_db
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()


def test_the_manifest_names_icons_that_are_there_in_their_size(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"].startswith("application/manifest+json") and answer["Cache-Control"] == "no-cache"
    manifest = json.loads(answer.content)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert {icon["sizes"] for icon in drawn} == {"192x192", "512x512"}
    for icon in drawn:
        path = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        with Image.open(path) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_colours_of_the_window_are_those_of_the_tokens(client):
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert f"--paper: {manifest['background_color']}" in TOKENS and f"--band: {manifest['theme_color']}" in TOKENS
    base = (ROOT / "templates" / "base.html").read_text()
    for colour in re.findall(r'name="theme-color" content="(#[0-9a-f]{6})"', base):
        assert f"--band: {colour}" in TOKENS


def test_every_file_that_the_worker_keeps_is_there_and_the_worker_names_its_release(client):
    answer = client.get("/worker.js")
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    assert f'const RELEASE = "{settings.RELEASE}"' in text
    shell = json.loads(re.search(r"const SHELL = (\[.*\]);", text).group(1))
    assert len(shell) == len(web_app.SHELL)
    assert all(finders.find(one.removeprefix(settings.STATIC_URL)) for one in shell)
    offline = json.loads(re.search(r"const OFFLINE = (\{.*\});", text).group(1))
    assert offline == {"it": "/offline/", "en": "/en/offline/"}


def test_only_pages_of_what_is_public_may_be_kept(client, town):
    (pattern,) = web_app.places()
    city = town.city.slug
    building = make.BuildingFactory(city=town.city)
    for path in (f"/{city}/", f"/en/{city}/", f"/{city}/about/", building.get_absolute_url()):
        assert re.match(pattern, path), path
    for path in (
        "/", "/me/", "/messages/", "/admin/", "/account/login/", "/data/", f"/{city}/desk/", f"/{city}/propose/",
        f"/{city}/propose/{building.uid}/", f"/{city}/proposals/{building.uid}/join/", f"/{city}/tell-us/", "/offline/",
        f"/{city}/desk/map/", f"/{city}/buildings/{building.uid}/dossier/",
    ):  # fmt: skip
        assert not re.match(pattern, path), path


def test_without_a_city_nothing_may_be_kept(db):
    assert web_app.places() == []


def test_a_signed_in_person_s_copy_of_a_page_is_marked_as_not_to_be_kept(client, town):
    path = f"/{town.city.slug}/"
    assert "no-store" not in client.get(path).get("Cache-Control", "")
    client.force_login(make.UserFactory())
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize(("path", "language"), [("/offline/", "it"), ("/en/offline/", "en")])
def test_the_page_without_network_is_the_same_for_everybody(client, path, language):
    stranger = client.get(path).content
    client.force_login(make.UserFactory(display_name="Dora Riservata"))
    assert client.get(path).content == stranger and b"Dora" not in stranger
    assert f'<html lang="{language}">' in stranger.decode()
    assert web_app.offline_address(language) == path and resolve(path).func is web_app.offline
