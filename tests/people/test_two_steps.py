"""The second step: a code of the moment after the password, spare codes, and no way round it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from people.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
LOGIN = "/en/account/login/"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def ada(client, django_capture_on_commit_callbacks):
    """Somebody who has just switched the second step on."""
    user = make.UserFactory()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/en/account/2fa/totp/activate/").content.decode()
    assert "data:image/svg+xml" in page
    user.secret = re.search(r'<code class="command">(\w+)</code>', page).group(1)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/en/account/2fa/totp/activate/", {"code": code_of(user.secret)})
    return user


def inside(client: Client) -> bool:
    return client.get("/en/me/account/").status_code == 200


def test_switching_it_on_gives_spare_codes_and_tells_by_mail(client, ada):
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert client.get("/en/account/2fa/recovery-codes/").content.decode().count("<li><code>") == 10
    assert client.get("/en/account/2fa/recovery-codes/download/").status_code == 200
    assert Message.objects.filter(email=ada.email, subject="The second step is on").exists()
    for page in ("", "totp/deactivate/", "recovery-codes/generate/"):
        text = client.get(f"/en/account/2fa/{page}").content.decode()
        assert text.count("<h1") == 1 and not re.search(r"<script(?![^>]*src=)|\sstyle=", text)


def test_the_password_alone_no_longer_enters(ada):
    client = Client()
    page = client.post(LOGIN, {"login": ada.email, "password": PASSWORD}, follow=True)
    assert b"The second step" in page.content and not inside(client)
    client.post("/en/account/2fa/authenticate/", {"code": "000000"})
    assert not inside(client)


def test_a_spare_code_enters_once(ada):
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for enters in (True, False):
        client = Client()
        client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
        client.post("/en/account/2fa/authenticate/", {"code": spare})
        assert inside(client) == enters


def test_the_administrations_door_is_no_way_round(ada):
    ada.is_staff = True
    ada.save()
    client = Client()
    page = client.post("/admin/login/", {"username": ada.username, "password": PASSWORD})
    assert page.status_code == 200 and not inside(client)


def test_a_new_password_by_mail_does_not_take_the_second_step_away(ada, link_to):
    client = Client()
    client.post("/en/account/password/reset/", {"email": ada.email})
    form = client.get(link_to(ada.email), follow=True)
    fresh = "another long password"
    client.post(form.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    client.post(LOGIN, {"login": ada.email, "password": fresh})
    assert not inside(client)
