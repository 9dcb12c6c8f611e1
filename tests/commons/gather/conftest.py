"""The cast of the tests of taking part: Alice proposes, Sara is of the office, Carlo lives near."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from commons.models import Proposal
from people.models import Grant, Membership
from people.roles import Role
from tests import factories as make


@pytest.fixture
def cast(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in by password here
    city = make.CityFactory()
    people = {name: make.UserFactory(username=name, display_name=name.title()) for name in ("alice", "carlo", "dora")}
    people["sara"] = make.UserFactory(username="sara", display_name="Sara")
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    group = make.OrganisationFactory(city=city, name="Orto di tutti")
    Membership.objects.create(user=people["alice"], organisation=group, role=Membership.Part.REPRESENTATIVE)
    return SimpleNamespace(city=city, group=group, **people)


def draft(cast, **also):
    values = {
        "city": cast.city, "author": cast.alice, "name": "Orto in cortile", "description": "Descrizione riservata",
        "aims": "Scopo riservato", "contact_name": "Alice Privata", "contact_email": "alice@example.org",
        "place": make.point(), "no_resources": True, "duration_months": 24, "consent_at": timezone.now(),
    } | also  # fmt: skip
    return Proposal.objects.create(**values)


def under_review(cast, **also):
    proposal = draft(cast, **also)
    proposal.advance("submit", by=cast.alice)
    proposal.advance("take_up", by=cast.sara, reviewer=cast.sara, review_due=cast.city.today())
    return proposal


def in_consultation(cast, closes=None, **also):
    proposal, now = under_review(cast, **also), timezone.now()
    closes = closes or now + timedelta(days=30)
    proposal.advance("open_consultation", by=cast.sara, comments_open_at=now, comments_close_at=closes)
    return proposal


@pytest.fixture
def a_proposal(cast):
    """Makes a proposal in the state asked for: `a_proposal("in_consultation")`."""
    makers = {"draft": draft, "under_review": under_review, "in_consultation": in_consultation}
    return lambda state, **also: makers[state](cast, **also)
