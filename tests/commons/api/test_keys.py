"""Who may: keys, their scopes and their end, sessions with a form token, and how often."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from commons.api.authentication import AddressRate, PersonRate, WriteRate
from commons.api.problems import KINDS
from mapping.errors import PROBLEMS
from people.models import ApiToken
from people.models.tokens import digest_of
from tests.answers import problem
from tests.commons.api.conftest import draft, feature, key_of, tables
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def requests_of(cast):
    """Every method of every address, with the scope it asks for."""
    path = f"proposals/{draft(cast).uid}/"
    return [
        ("GET", "proposals/", "read"), ("POST", "proposals/", "draft"), ("GET", path, "read"), ("PATCH", path, "draft"),
        ("DELETE", path, "draft"), ("GET", f"{path}moves/", "read"), ("POST", f"{path}moves/submit/", "submit"),
        ("POST", f"{path}moves/withdraw/", "move"), ("POST", f"{path}comments/", "comment"),
        ("POST", f"{path}join/", "comment"), ("PUT", f"{path}support/", "comment"),
        ("DELETE", f"{path}support/", "comment"), ("PUT", "follows/x/", "comment"), ("DELETE", "follows/x/", "comment"),
        ("GET", "me/", "read"), ("GET", "messages/", "read"),
    ]  # fmt: skip


def test_without_a_key_or_with_one_that_is_no_longer_good_it_is_401(cast, api):
    asked = requests_of(cast)
    expired = key_of(cast.alice, days=-1)
    gone = key_of(cast.carlo)
    cast.carlo.is_active = False
    cast.carlo.save()
    before = tables()
    for method, path, _scope in asked:
        body = None if method in {"GET", "DELETE", "PUT"} else feature()
        for key in (None, expired, gone, "mc_forged", "x y", "\u00e9"):
            answer = api(key, method, path, body, If_Match="*")
            problem(answer, 401, "login-required")
            assert answer["WWW-Authenticate"].startswith("Bearer")
    assert tables() == before


def test_a_key_without_the_scope_is_403_and_the_answer_names_it(cast, api):
    asked = requests_of(cast)
    keys = {
        scope: key_of(cast.alice, *(one for one in ApiToken.Scope.values if one != scope))
        for scope in ApiToken.Scope.values
    }
    before = tables()
    for method, path, scope in asked:
        body = None if method in {"GET", "DELETE", "PUT"} else feature()
        said = problem(api(keys[scope], method, path, body, If_Match="*"), 403, "forbidden")
        assert f"“{scope}”" in said["detail"]
    assert tables() == before


def test_a_session_acts_only_with_the_form_token(cast, api):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    before = tables()
    answer = client.post("/api/v1/proposals/", feature(), content_type="application/json")
    problem(answer, 403, "forbidden")
    assert tables() == before
    client.cookies["csrf"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32}
    answer = client.post("/api/v1/proposals/", feature(), content_type="application/json", headers=headers)
    assert answer.status_code == 201
    foreign = headers | {"Origin": "https://evil.example"}
    problem(
        client.post("/api/v1/proposals/", feature(), content_type="application/json", headers=foreign), 403, "forbidden"
    )
    answer = client.get("/api/v1/me/", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer and answer["Cache-Control"] == "private, no-store"


def test_only_the_digest_of_a_key_is_kept_and_its_use_is_noted(cast, api):
    token = ApiToken.objects.get(user=cast.alice)
    assert token.digest == digest_of(cast.alice_key) and cast.alice_key not in str(vars(token))
    assert token.last_used_at is None and not token.expired() and str(token) == "prova"
    api(cast.alice_key, "GET", "me/")
    token.refresh_from_db()
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)
    with counted() as statements:
        api(cast.alice_key, "GET", "messages/")
    assert not [sql for sql in statements if sql.startswith('UPDATE "people_apitoken"')]


@pytest.mark.parametrize(("rate", "path"), [(PersonRate, "me/"), (WriteRate, "proposals/"), (AddressRate, "me/")])
def test_too_many_requests_are_429_and_say_when_to_come_back(cast, api, rate, path):
    cache.clear()
    method, body = ("POST", feature()) if path == "proposals/" else ("GET", None)
    with patch.object(rate, "THROTTLE_RATES", rate.THROTTLE_RATES | {rate.scope: "2/hour"}):
        answers = [api(cast.alice_key, method, path, body, X_Forwarded_For=f"10.0.0.{n}") for n in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [201 if body else 200] * 2
    problem(answers[2], 429, "too-many")
    assert 0 < int(answers[2]["Retry-After"]) <= 3601
    cache.clear()


def test_a_cache_that_does_not_answer_stops_nobody_and_a_lost_database_is_503(cast, api):
    with patch("rest_framework.throttling.SimpleRateThrottle.allow_request", side_effect=OSError):
        assert api(cast.alice_key, "GET", "me/").status_code == 200
    with patch("commons.api.views.own", side_effect=OperationalError("gone")):
        answer = api(cast.alice_key, "GET", "proposals/")
    problem(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"


def test_the_problems_of_the_api_are_those_of_everywhere():
    assert KINDS == PROBLEMS


def test_an_address_that_is_none_and_a_method_that_is_none_are_documents_too(cast, api):
    problem(api(cast.alice_key, "GET", "nothing/"), 404, "not-found")
    answer = api(cast.alice_key, "PUT", "proposals/", feature())
    assert answer["Content-Type"] == "application/problem+json" and answer.json()["type"] == "about:blank"
    problem(api(cast.alice_key, "GET", "me/", Accept="image/tiff"), 406, "not-acceptable")
    assert api(cast.alice_key, "GET", "me/", Accept="*/*;q=x").status_code in {200, 406}


def test_the_sentences_come_in_the_language_that_is_asked_for(cast, api):
    english = api(cast.alice_key, "POST", "proposals/", feature(5)).json()["errors"][0]["detail"]
    assert english == "This must be a JSON object."
    assert api(cast.alice_key, "GET", "me/", Accept_Language="it-IT,it;q=0.9")["Content-Language"] == "it"
