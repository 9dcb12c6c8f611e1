"""The cast of the API: each has a key with every scope; `api` asks in their name."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from commons.models import Proposal
from people.models import ApiToken, Grant
from people.roles import Role
from tests import factories as make

POINT = {"type": "Point", "coordinates": [7.68, 45.07]}


@pytest.fixture
def cast(db):
    """Alice proposes, Sara is of the office, Carlo is a resident."""
    return make_cast()


def make_cast():
    city = make.CityFactory()
    people = {name: make.UserFactory(username=name, display_name=name.title()) for name in ("alice", "sara", "carlo")}
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    keys = {f"{name}_key": key_of(user) for name, user in people.items()}
    return SimpleNamespace(city=city, **people, **keys)


def key_of(user, *scopes, days=90):
    """The secret of a new key."""
    return ApiToken.issue(user, "prova", list(scopes) or list(ApiToken.Scope.values), days)[1]


@pytest.fixture
def api():
    return ask


def ask(key, method, path, body=None, raw=None, content_type="application/json", **headers):
    """The answer to a request; `path` lies under /api/v1/, `body` becomes JSON, `raw` is sent as it is."""
    data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if key:
        given["Authorization"] = f"Bearer {key}"
    client = Client(raise_request_exception=True)
    return client.generic(method, f"/api/v1/{path}", data, content_type=content_type, headers=given)


def feature(geometry=POINT, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": {"name": "Orto in cortile"} | properties}


WHOLE = {
    "description": "Un orto", "aims": "Verde", "contact_name": "Alice", "contact_email": "alice@example.org",
    "no_resources": True, "duration_months": 24, "consent": True,
}  # fmt: skip


def draft(cast, **also):
    """A draft of Alice with everything that its submission asks for."""
    values = {
        "city": cast.city, "author": cast.alice, "name": "Orto in cortile", "description": "Un orto", "aims": "Verde",
        "contact_name": "Alice", "contact_email": "alice@example.org", "place": make.point(), "no_resources": True,
        "duration_months": 24, "consent_at": timezone.now(),
    } | also  # fmt: skip
    return Proposal.objects.create(**values)


def under_review(cast):
    proposal = draft(cast)
    proposal.advance("submit", by=cast.alice)
    proposal.advance("take_up", by=cast.sara, reviewer=cast.sara, review_due=cast.city.today())
    return proposal


def opened(cast):
    proposal, now = under_review(cast), timezone.now()
    proposal.advance(
        "open_consultation", by=cast.sara, comments_open_at=now - timedelta(hours=1),
        comments_close_at=now + timedelta(days=30),
    )  # fmt: skip
    return proposal


def tables():
    """A digest of every row of our tables; when a key was last used is no part of what a request writes."""
    models = [*apps.get_app_config("commons").get_models(True), *apps.get_app_config("people").get_models(True)]
    names, digests = sorted({model._meta.db_table for model in models}), {}
    with connection.cursor() as cursor:
        for name in names:
            row = "to_jsonb(t) - 'last_used_at'"
            cursor.execute(f"SELECT md5(coalesce(string_agg(({row})::text, '' ORDER BY t::text), '')) FROM {name} t")
            digests[name] = cursor.fetchone()[0]
    return digests
