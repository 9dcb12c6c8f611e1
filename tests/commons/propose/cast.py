"""The cast of the tests of writing: Alice proposes, Bruno writes with her, Sara is of the office, Olga runs a Casa."""

import json
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone

from commons.models import Proposal
from people.models import Grant
from people.roles import Role
from tests import factories as make

WHOLE = {
    "name": "Orto in cortile", "description": "Un orto con le classi.", "aims": "Più verde.",
    "contact_name": "Gruppo Orto", "contact_email": "orto@example.org", "duration_months": "24",
    "no_resources": "on", "consent": "on", "resource-TOTAL_FORMS": "0", "resource-INITIAL_FORMS": "0",
}  # fmt: skip


def gather() -> SimpleNamespace:
    city = make.CityFactory()
    make.NeighbourhoodFactory(name="Centro", half=0.05)
    make.DistrictFactory(name="Circoscrizione 1", half=0.06)
    house = make.HouseFactory(name="Casa Uno", x=7.685)
    building = make.BuildingFactory(name="Ex scuola Gelsi", address="via Cumiana 15")
    people = {name: make.UserFactory(username=name) for name in ("alice", "bruno", "sara", "olga")}
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    Grant.objects.create(user=people["olga"], role=Role.HOUSE_OPERATOR, city=city, house_uid=house.uid)
    return SimpleNamespace(city=city, house=house, building=building, **people)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def draft_of(cast, user=None, **also) -> Proposal:
    """A complete draft of Alice's, or of `user`."""
    values = {
        "city": cast.city, "author": user or cast.alice, "name": "Orto in cortile", "description": "Un orto",
        "aims": "Verde", "contact_name": "Alice", "contact_email": "alice@example.org", "place": make.point(),
        "no_resources": True, "duration_months": 24, "consent_at": timezone.now(),
    } | also  # fmt: skip
    return Proposal.objects.create(**values)


def begun(client: Client, query: str = "", **fields) -> Proposal:
    """The draft that the start page makes."""
    answer = client.post(f"/en/torino/propose/{query}", {"name": "Orto", **fields})
    assert answer.status_code == 302, answer.content
    return Proposal.objects.get(uid=answer["Location"].rstrip("/").rsplit("/", 1)[-1])


def page_of(proposal: Proposal, tail: str = "") -> str:
    return f"/en/torino/propose/{proposal.uid}/{tail}"


def autosave(client: Client, proposal: Proposal, revision: int | None = None, resources=None, **fields):
    body = {"revision": proposal.revision if revision is None else revision, "fields": fields}
    body |= {"resources": resources} if resources is not None else {}
    return client.post(page_of(proposal, "save/"), json.dumps(body), content_type="application/json")
