"""Who plays on the desk, and what lies on it."""

from datetime import timedelta
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone

from commons.models import FormalAct, Pact, Proposal
from people.models import Grant
from people.roles import Role
from tests import factories as make


def cast() -> SimpleNamespace:
    """Sara is of the office, Rita records decisions, Ada is an architect of the east, Elsa of the west; Alice
    proposes, Carlo is a resident, Olga is of another city's office."""
    city, other = make.CityFactory(), make.CityFactory(slug="latina")
    west = make.NeighbourhoodFactory(city=city, x=7.66, y=45.07, code="1", name="Ovest")
    east = make.NeighbourhoodFactory(city=city, x=7.70, y=45.07, code="2", name="Est")
    names = ("alice", "sara", "rita", "ada", "elsa", "carlo", "olga")
    people = {name: make.UserFactory(username=name) for name in names}
    for name, role, where, area in (
        ("sara", Role.STAFF, city, None), ("rita", Role.RECORDER, city, None), ("olga", Role.STAFF, other, None),
        ("ada", Role.ARCHITECT, city, east), ("elsa", Role.ARCHITECT, city, west),
    ):  # fmt: skip
        Grant.objects.create(user=people[name], role=role, city=where, territory=area)
    return SimpleNamespace(city=city, other=other, west=west, east=east, **people)


def draft(who: SimpleNamespace, **also: object) -> Proposal:
    values = {
        "city": who.city, "author": who.alice, "name": "Orto in cortile", "description": "Un orto", "aims": "Verde",
        "contact_name": "Alice", "contact_email": "alice@example.org", "place": make.point(7.70, 45.07),
        "no_resources": True, "duration_months": 24, "consent_at": timezone.now(),
    } | also  # fmt: skip
    return Proposal.objects.create(**values)


def submitted(who: SimpleNamespace, **also: object) -> Proposal:
    proposal = draft(who, **also)
    proposal.advance("submit", by=proposal.author)
    return proposal


def reviewed(who: SimpleNamespace, **also: object) -> Proposal:
    proposal = submitted(who, **also)
    proposal.advance("take_up", by=who.sara, reviewer=who.sara, review_due=who.city.today())
    return proposal


def approved(who: SimpleNamespace, **also: object) -> Proposal:
    proposal = reviewed(who, **also)
    now = timezone.now()
    proposal.advance("open_consultation", by=who.sara, comments_open_at=now, comments_close_at=now + timedelta(days=9))
    proposal.advance("start_codesign", by=who.sara)
    proposal.sessions.create(starts_at=now, minutes="Ci siamo visti.", attendance=12)
    proposal.advance("to_approval", by=who.sara, final_text="Testo", budget="0 €", indicators="Ore", risks="Polizza")
    FormalAct.objects.create(city=who.city, proposal=proposal, body="giunta", number="12", date=who.city.today())
    proposal.advance("approve", by=who.rita)
    return proposal


def signed(who: SimpleNamespace, pact: Pact) -> Pact:
    pact.signatures.create(side="city", kind="public_body")
    pact.signatures.create(side="civic", kind="volunteer", person_name="Alice")
    pact.advance("sign", by=who.sara, signed_on=who.city.today())
    return pact


def client_of(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client
