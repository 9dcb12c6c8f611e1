"""Accounts from the first mail to the last cookie, against a stranger at the door."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from people.models import Message, User
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
SIGNUP, LOGIN, RESET = "/en/account/signup/", "/en/account/login/", "/en/account/password/reset/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"login": email, "password": password, **more}, REMOTE_ADDR="192.0.2.1")


def signed_in(client: Client) -> bool:
    return client.get("/en/me/account/").status_code == 200


def bare(response) -> str:
    """The page without the token of its form, which differs each time."""
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]+"', "", response.content.decode())


def test_sign_up_then_mail_then_proof_then_sign_in(client, link_to):
    answer = client.post(SIGNUP, {"email": "Ada@Example.org", "password1": PASSWORD, "display_name": "Ada"})
    assert answer.status_code == 302 and not signed_in(client)
    ada = User.objects.get()
    assert (ada.display_name, ada.language, ada.shown()) == ("Ada", "en", "Ada")
    assert "ada" not in ada.username
    assert "Prove your address" in client.get(link_to("ada@example.org")).content.decode()
    assert not EmailAddress.objects.get().verified, "looking is not proving: mail programs look"
    client.post(link_to("ada@example.org"))
    assert EmailAddress.objects.get().verified
    assert sign_in(client, "ada@example.org").status_code == 302
    assert signed_in(client)


def test_nobody_enters_before_the_address_is_proved(client):
    user = make.UserFactory(proved=False)
    sign_in(client, user.email)
    assert not signed_in(client)
    assert Message.objects.filter(email=user.email, state="waiting").exists()


def test_a_robot_that_fills_the_hidden_field_makes_nothing(client):
    client.post(SIGNUP, {"email": "bot@example.org", "password1": PASSWORD, "website": "https://spam.example"})
    assert not User.objects.exists() and not Message.objects.exists()


def test_what_was_typed_stays_when_the_password_is_too_short(client):
    page = client.post(SIGNUP, {"email": "ada@example.org", "password1": "short", "display_name": "Ada"})
    assert b'value="ada@example.org"' in page.content and b'value="Ada"' in page.content
    assert b'href="#id_password1"' in page.content and not User.objects.exists()


def test_an_address_with_accents_before_the_at_is_refused_with_its_reason_and_kept(client):
    answer = client.post("/en/account/signup/", {"email": "zoë@example.org", "password1": "a long enough password"})
    page = answer.content.decode()
    assert "before the @" in page and "zoë@example.org" in page
    assert not User.objects.exists() and not Message.objects.exists()


def test_sign_up_says_the_same_of_a_known_and_an_unknown_address(link_to):
    known = make.UserFactory()
    pages = []
    for email in (known.email, "nobody@example.org"):
        client = Client()
        answer = client.post(SIGNUP, {"email": email, "password1": PASSWORD}, follow=True)
        pages.append((answer.redirect_chain, answer.status_code, bare(answer).replace(email, "…")))
    assert pages[0] == pages[1]
    assert "/account/password/reset/" in link_to(known.email)
    assert User.objects.filter(email=known.email).count() == 1


@pytest.mark.parametrize("address", [RESET, LOGIN])
def test_reset_and_sign_in_say_the_same_of_a_known_and_an_unknown_address(address):
    known = make.UserFactory()
    pages = []
    for email in (known.email, "nobody@example.org"):
        fields = {"email": email} if address == RESET else {"login": email, "password": "not the password"}
        answer = Client().post(address, fields, follow=True)
        pages.append((answer.redirect_chain, answer.status_code, bare(answer).replace(email, "…")))
    assert pages[0] == pages[1]


def test_a_reset_link_opens_once(client, link_to):
    user = make.UserFactory()
    client.post(RESET, {"email": user.email})
    link = link_to(user.email)
    form = client.get(link, follow=True)
    client.post(
        form.redirect_chain[-1][0], {"password1": "another long password", "password2": "another long password"}
    )
    user.refresh_from_db()
    assert user.check_password("another long password")
    again = Client().get(link, follow=True)
    assert b"Ask for a new link" in again.content
    refused = Client().post(
        link, {"password1": "a third long password", "password2": "a third long password"}, follow=True
    )
    assert b"Ask for a new link" in refused.content
    user.refresh_from_db()
    assert user.check_password("another long password")


def test_a_reset_link_ages(client, link_to, settings):
    user = make.UserFactory()
    client.post(RESET, {"email": user.email})
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert b"Ask for a new link" in client.get(link_to(user.email), follow=True).content


def test_a_reset_link_of_one_person_opens_no_other_account(client, link_to):
    ada, bob = make.UserFactory(), make.UserFactory()
    client.post(RESET, {"email": ada.email})
    client.post(RESET, {"email": bob.email})
    owner, _key = link_to(ada.email).split("/key/")[1].split("-", 1)
    other = link_to(bob.email).split("/key/")[1].split("-", 1)[0]
    assert owner != other
    forged = link_to(ada.email).replace(f"/{owner}-", f"/{other}-")
    assert b"Ask for a new link" in client.get(forged, follow=True).content


def test_a_lookalike_address_gets_nobody_elses_link(client):
    make.UserFactory(email="mike@example.org")
    client.post(RESET, {"email": "m\u0131ke@example.org"})
    client.post(RESET, {"email": "mike@exam\u217cle.org"})
    assert not Message.objects.filter(email="mike@example.org").exists()


def test_links_lead_to_the_public_address_whatever_host_was_asked(client, settings):
    settings.ALLOWED_HOSTS = ["evil.example"]
    user = make.UserFactory()
    client.post(RESET, {"email": user.email}, HTTP_HOST="evil.example")
    text = Message.objects.get(email=user.email).text
    assert settings.SITE_URL in text and "evil" not in text


def test_the_session_changes_its_name_at_sign_in(client):
    user = make.UserFactory()
    session = client.session
    session["draft"] = "kept"
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    sign_in(client, user.email)
    assert client.cookies["session"].value != before
    assert client.session["draft"] == "kept"


def test_an_old_cookie_is_dead_after_signing_out(client):
    user = make.UserFactory()
    sign_in(client, user.email)
    old = client.cookies["session"].value
    assert client.get("/en/account/logout/").status_code == 200 and signed_in(client), "looking does not sign out"
    client.post("/en/account/logout/")
    client.cookies["session"] = old
    assert not signed_in(client)


def test_changing_the_password_ends_every_other_session(client):
    user = make.UserFactory()
    other = Client()
    sign_in(client, user.email)
    sign_in(other, user.email)
    old = client.cookies["session"].value
    fields = {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"}
    client.post("/en/account/password/change/", fields)
    user.refresh_from_db()
    assert user.check_password("another long password")
    assert signed_in(client) and not signed_in(other)
    late = Client()
    late.cookies["session"] = old
    assert not signed_in(late)


def fail(times: int, email: str, caller: str, **headers: str) -> str:
    for _ in range(times):
        page = Client().post(LOGIN, {"login": email, "password": "wrong"}, REMOTE_ADDR=caller, **headers)
    return page.content.decode()


def test_after_twenty_bad_passwords_the_stranger_waits_and_the_owner_enters():
    user = make.UserFactory()
    assert "Too many" in fail(20, user.email, "198.51.100.7")
    stranger, owner = Client(), Client()
    right = {"login": user.email, "password": PASSWORD}
    stranger.post(LOGIN, right, REMOTE_ADDR="198.51.100.7")
    assert not signed_in(stranger)
    owner.post(LOGIN, right, REMOTE_ADDR="192.0.2.55")
    assert signed_in(owner)


def test_a_written_forwarding_header_is_not_believed():
    user = make.UserFactory()
    for number in range(20):
        page = fail(1, user.email, "198.51.100.7", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert "Too many" in page


def test_the_wait_ends_by_itself(monkeypatch):
    user = make.UserFactory()
    fail(20, user.email, "198.51.100.7")
    later = (timezone.now() + timedelta(minutes=20)).timestamp()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD}, REMOTE_ADDR="198.51.100.7")
    assert signed_in(client)


def test_the_administrations_door_counts_attempts_too():
    user = make.AdministratorFactory()
    for _ in range(20):
        page = Client().post("/admin/login/", {"username": user.username, "password": "x"}, REMOTE_ADDR="198.51.100.7")
    right = {"username": user.username, "password": PASSWORD}
    assert Client().post("/admin/login/", right, REMOTE_ADDR="198.51.100.7").status_code == 200
    assert Client().post("/admin/login/", right, REMOTE_ADDR="192.0.2.9").status_code == 302
    assert page.status_code == 200


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "https:evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "http:///evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\t/evil.example",
    ],
)
def test_after_signing_in_nobody_is_sent_elsewhere(client, evil):
    user = make.UserFactory()
    answer = sign_in(client, user.email, next=evil)
    assert answer.status_code == 302 and "evil" not in answer["Location"] and "alert" not in answer["Location"]


def test_after_signing_in_one_is_where_one_wanted_to_be(client):
    user = make.UserFactory()
    assert sign_in(client, user.email, next="/en/me/data/")["Location"] == "/en/me/data/"


def test_a_page_for_the_signed_in_is_kept_by_no_cache(client):
    make.CityFactory()
    user = make.UserFactory()
    assert "no-store" not in client.get("/en/torino/").get("Cache-Control", "")
    sign_in(client, user.email)
    for address in ("/en/torino/", "/en/me/account/", "/en/me/data/", "/en/me/data/download/"):
        assert client.get(address)["Cache-Control"] == "private, no-store", address


def test_local_accounts_can_be_switched_off(client, settings):
    settings.LOCAL_SIGNUP = False
    page = client.post(SIGNUP, {"email": "ada@example.org", "password1": PASSWORD})
    assert b"commons office makes the accounts" in page.content
    assert not User.objects.exists()


def test_an_address_changes_only_when_the_new_one_is_proved(client, link_to):
    user = make.UserFactory()
    sign_in(client, user.email)
    asked = client.post("/en/account/email/", {"email": "new@example.org", "action_add": ""})
    assert asked["Location"].startswith("/en/account/reauthenticate/"), "a borrowed screen is not enough"
    client.post("/en/account/reauthenticate/", {"password": PASSWORD, "next": "/en/account/email/"})
    user.refresh_from_db()
    assert user.email != "new@example.org"
    assert b"new@example.org" in client.get("/en/account/email/").content
    client.post(link_to("new@example.org"))
    user.refresh_from_db()
    assert user.email == "new@example.org"


def test_a_name_is_changed_at_once_and_emptied_too(client):
    user = make.UserFactory(display_name="Ada")
    sign_in(client, user.email)
    client.post("/en/me/account/", {"display_name": "", "language": "en"})
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("", "en")
    assert client.post("/en/me/account/", {"display_name": "x" * 101, "language": "en"}).status_code == 400


PAGES = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "confirm-email/",
    "inactive/",
    "confirm-email/forged/",
    "password/reset/key/1-forged/",
    "bridge/login/cancelled/",
    "bridge/login/error/",
    "password/reset/key/done/",
]
OWN = ["logout/", "email/", "password/change/", "2fa/", "2fa/totp/activate/", "reauthenticate/", "bridge/"]


@pytest.mark.parametrize("language", ["/en", ""])
@pytest.mark.parametrize("page", [*PAGES, *OWN])
def test_every_page_of_accounts_is_one_of_ours(client, page, language):
    if page in OWN:
        sign_in(client, make.UserFactory().email)
    answer = client.get(f"{language}/account/{page}", follow=True)
    text = answer.content.decode()
    assert answer.status_code in {200, 401, 403}
    assert text.count("<h1") == 1 and "sheets/page.css" in text and "Mappa Comune" in text
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", text)
