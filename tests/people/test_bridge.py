"""Entering through a city's bridge: a real OpenID provider on loopback, spoken to as in life."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from people.models import User
from tests import factories as make
from tests.source import ROOT

pytestmark = pytest.mark.django_db
HOST = "127.0.0.1"
START, BACK = "/account/oidc/bridge/login/", "/account/oidc/bridge/login/callback/"
NODE = Path(sys.executable).parent / "node"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a running provider."""
    if not (ROOT / "node_modules" / "oidc-provider").is_dir() or not NODE.exists():
        pytest.skip("oidc-provider is not installed: run script/bootstrap --test")
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    script = Path(__file__).parent / "provider" / "provider.mjs"
    command = [NODE, script, str(port), f"http://{HOST}{BACK}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout
        line = running.stdout.readline()
        while line and "ready" not in line:
            line = running.stdout.readline()
        assert "ready" in line
        yield f"http://{HOST}:{port}"
        running.terminate()


@pytest.fixture
def bridge(provider, settings) -> str:
    app = {
        "provider_id": "bridge", "name": "SPID", "client_id": "mappa", "secret": "a secret of the tests",
        "settings": {"server_url": provider},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.OIDC_SERVER_URL = provider
    return provider


def recognised(bridge: str, client: Client, name: str, start: str = START) -> str:
    """Goes to the provider, writes a name there, agrees, and returns the path to come back to."""
    browser = requests.Session()
    answer = client.post(start, SERVER_NAME=HOST)
    assert answer.status_code == 302 and answer["Location"].startswith(bridge)
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["state"]
    page = browser.get(answer["Location"])
    for fields in ({"prompt": "login", "login": name, "password": "x"}, {"prompt": "consent"}):
        action = re.search(r'action="([^"]+)"', page.text)
        assert action, page.text
        page = browser.post(urljoin(bridge, action.group(1)), data=fields, allow_redirects=False)
        while page.is_redirect:
            target = page.headers["Location"]
            if urlsplit(target).path == BACK:
                return target.split(HOST, 1)[1]
            page = browser.get(urljoin(bridge, target), allow_redirects=False)
    raise AssertionError("the provider did not send us back")


def inside(client: Client) -> bool:
    return client.get("/en/me/account/").status_code == 200


def test_whoever_the_bridge_recognised_has_an_account_and_enters_again(bridge, client, settings):
    settings.LOCAL_SIGNUP = False
    assert b"SPID" in client.get("/en/account/signup/").content
    client.get(recognised(bridge, client, "ada"), SERVER_NAME=HOST)
    assert inside(client)
    ada = User.objects.get()
    assert ada.email == "ada@bridge.example" and ada.username.startswith("u-") and not ada.has_usable_password()
    again = Client()
    again.get(recognised(bridge, again, "ada"), SERVER_NAME=HOST)
    assert inside(again) and User.objects.count() == 1


def test_an_address_that_the_bridge_did_not_prove_is_proved_here_first(bridge, client, link_to):
    client.get(recognised(bridge, client, "unproved"), SERVER_NAME=HOST)
    assert not inside(client)
    client.post(link_to("unproved@bridge.example"))
    again = Client()
    again.get(recognised(bridge, again, "unproved"), SERVER_NAME=HOST)
    assert inside(again)


def test_the_bridge_opens_no_account_that_was_made_here(bridge, client):
    make.UserFactory(email="ada@bridge.example")
    client.get(recognised(bridge, client, "ada"), SERVER_NAME=HOST)
    assert not inside(client) and not SocialAccount.objects.exists()


def test_coming_back_with_another_ones_answer_or_none_enters_nobody(bridge, client):
    back = recognised(bridge, client, "ada")
    stranger = Client()
    for path in (back, BACK, f"{BACK}?state=forged&code=forged", f"{BACK}?error=access_denied"):
        page = stranger.get(path, SERVER_NAME=HOST)
        assert page.status_code in {200, 302, 401, 403} and not inside(stranger)
    assert not User.objects.exists()
    client.get(back, SERVER_NAME=HOST)
    assert inside(client)
    assert not inside(stranger)


def test_the_page_before_the_bridge_may_post_its_way_there(bridge, client):
    page = client.get(START)
    assert b"SPID" in page.content and b"<form" in page.content
    policy = page["Content-Security-Policy"]
    assert re.search(r"form-action[^;]*https:", policy)
    assert "https:" not in client.get("/en/account/login/")["Content-Security-Policy"].split("form-action")[1][:30]


def test_an_own_account_is_joined_to_the_identity_by_its_owner(bridge, client):
    ada = make.UserFactory()
    client.post("/en/account/login/", {"login": ada.email, "password": "a long enough password"})
    assert b"process=connect" in client.get("/en/account/bridge/").content
    client.get(recognised(bridge, client, "somebody", f"{START}?process=connect"), SERVER_NAME=HOST)
    assert not SocialAccount.objects.exists(), "a borrowed screen is not enough"
    client.post("/en/account/reauthenticate/", {"password": "a long enough password"}, SERVER_NAME=HOST)
    assert SocialAccount.objects.get().user == ada
    again = Client()
    again.get(recognised(bridge, again, "somebody"), SERVER_NAME=HOST)
    assert again.get("/en/me/account/").context["user"] == ada
