"""The page of access keys: made once, shown once, taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commons.api.page_urls import urlpatterns
from people.models import ApiToken
from people.models.tokens import LASTS, MOST, PREFIX
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    user = make.UserFactory()
    client.force_login(user)
    return user


def made(client, **also):
    return client.post(reverse("tokens"), {"name": "Il mio programma", "scopes": ["read", "draft"], "days": 30} | also)


def test_a_visitor_is_asked_to_sign_in_first(client):
    answer = client.get(reverse("tokens"))
    assert [one.name for one in urlpatterns] == ["tokens"]
    assert answer.status_code == 302 and "next=/me/tokens/" in answer["Location"]


def test_a_new_key_is_shown_once_and_works(client, alice):
    page = made(client)
    secret = page.context["secret"]
    assert secret.startswith(PREFIX) and secret in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert secret not in client.get(reverse("tokens")).content.decode()
    token = ApiToken.objects.get()
    assert (token.user, token.scopes) == (alice, ["read", "draft"])
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    me = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert me.json()["scopes"] == ["read", "draft"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 101}, {"name": "a\0"}, {"scopes": []}, {"scopes": ["all"]}, {"days": 10_000}],
    ids=str,
)
def test_what_is_missing_is_said_and_no_key_is_made(client, alice, wrong):
    page = made(client, **wrong)
    assert page.status_code == 400 and b'id="errors"' in page.content
    assert not ApiToken.objects.exists()


def test_a_key_is_taken_back_by_its_person_alone(client, alice):
    secret = made(client).context["secret"]
    other = ApiToken.issue(make.UserFactory(), "altrui", ["read"])[0]
    mine = ApiToken.objects.get(user=alice)
    for key in (mine.pk, other.pk, "x", "", "9" * 30):
        assert client.post(reverse("tokens"), {"remove": key})["Location"] == reverse("tokens")
    assert list(ApiToken.objects.all()) == [other]
    client.logout()
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_nobody_collects_keys_without_end(client, alice):
    for n in range(MOST):
        ApiToken.issue(alice, f"{n}", ["read"], min(LASTS))
    assert made(client).status_code == 400
    assert ApiToken.objects.count() == MOST


def test_an_expired_key_says_so(client, alice):
    token = ApiToken.issue(alice, "vecchia", ["read"], -1)[0]
    assert token.expired() and not ApiToken.objects.valid().exists()
    client.get("/en/me/tokens/")
    assert "Expired" in client.get("/en/me/tokens/").content.decode()
    assert token.scope_words() == [str(ApiToken.Scope.READ.label)]
