"""Every address of the program is of a known kind, and none gives away what a person may not see.

Addresses come from the resolver and from LAYERS; a new route fails here until somebody says what it is.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from commons.models import Pact, Proposal
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.routes import KINDS, UNNAMED

pytestmark = pytest.mark.django_db

STRANGERS = ("visitor", "resident", "other author", "staff elsewhere", "architect elsewhere")


def routes() -> Iterator[tuple[str, list[str]]]:
    """Name and parameters of every route: of the Italian pages once, of the administration as one."""

    def walk(patterns: list, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
        for one in patterns:
            if isinstance(one, URLResolver):
                if one.app_name == "admin":
                    yield "admin", []
                else:
                    space = f"{one.namespace}:" if one.namespace else ""
                    yield from walk(one.url_patterns, prefix + space)
            elif isinstance(one, URLPattern):
                name = f"{prefix}{one.name}" if one.name else str(one.pattern)
                yield name, list(one.pattern.converters)

    yield from dict(walk(get_resolver().url_patterns)).items()


def test_every_route_is_of_a_known_kind():
    names = {name for name, _parameters in routes()}
    known = set(KINDS) | set(UNNAMED)
    assert len(names) > 40
    assert not names - known, "say in tests/routes.py what these are"
    assert not known - names, "these are no more"


SECRETS = {
    "draft": "Xbozza", "submitted": "Xpresentata", "left": "Xritirata", "hidden": "Xnascosta",
    "in review": "Xinesame", "pact": "Xpatto",
}  # fmt: skip


@pytest.fixture
def cast(town) -> SimpleNamespace:
    """One proposal in each state that has something to hide, all of Alice's, and those who want to know."""
    city, far = town.city, make.CityFactory(slug="latina")
    cast = SimpleNamespace(city=city, alice=make.UserFactory(username="alice"), records={})
    for number, (state, word) in enumerate(SECRETS.items()):
        if state != "pact":
            cast.records[state] = submitted(cast, state, word, 7.7111 + number / 1000)
    cast.records["pact"] = make.PactFactory(name=SECRETS["pact"], visibility="hidden", description=SECRETS["pact"])
    bruno, sara, ada = (make.UserFactory(username=name) for name in ("bruno", "sara", "ada"))
    Proposal.objects.create(city=city, author=bruno, name="Di Bruno", contact_email="bruno@example.org")
    Grant.objects.create(user=sara, role=Role.STAFF, city=far)
    Grant.objects.create(user=ada, role=Role.ARCHITECT, city=city, territory=town.west)
    cast.people = {
        "visitor": None, "resident": make.UserFactory(username="rosa"), "other author": bruno,
        "staff elsewhere": sara, "architect elsewhere": ada, "author": cast.alice,
        "staff": make.UserFactory(username="stefano"),
    }  # fmt: skip
    Grant.objects.create(user=cast.people["staff"], role=Role.STAFF, city=city)
    return cast


def submitted(cast: SimpleNamespace, state: str, word: str, x: float) -> Proposal:
    """A proposal that went as far as its name says; every text of it holds the word."""
    staff = make.AdministratorFactory()
    proposal = Proposal.objects.create(
        city=cast.city, author=cast.alice, name=f"{word} titolo", description=f"{word} testo", aims=f"{word} scopo",
        contact_name=f"{word} nome", contact_email=f"{word.lower()}@example.org", place=make.point(x, 45.1111),
        no_resources=True, duration_months=6, consent_at=timezone.now(), people_involved=f"{word} persone",
    )  # fmt: skip
    if state != "draft":
        proposal.advance("submit", by=cast.alice)
    if state in {"hidden", "in review"}:
        proposal.advance("take_up", by=staff, reviewer=staff, review_due=cast.city.today())
        proposal.advance("ask_changes", by=staff, note=f"{word} domanda", reply_by=cast.city.today())
        proposal.advance("answer", by=cast.alice, note=f"{word} risposta")
    if state == "left":
        proposal.advance("withdraw", by=cast.alice, note=f"{word} motivo")
    if state == "hidden":
        Proposal.objects.filter(pk=proposal.pk).update(visibility="hidden")
    return proposal


def addresses(record: Proposal | Pact, word: str) -> Iterator[str]:
    """Every address that can be made for a record, and every address that needs none."""
    given = {
        "city": "torino", "uid": record.uid, "slug": record.layer, "layer": record.layer, "suffix": "geojson",
        "z": 12, "x": 2135, "y": 1472, "name": "submit", "move": "submit", "pk": record.pk, "variant": "full",
    }  # fmt: skip
    for name, parameters in routes():
        if name in UNNAMED or name == "admin" or KINDS[name] == "account":
            continue
        values = [given.get(one, "1") for one in parameters]
        try:
            yield reverse(name, kwargs=dict(zip(parameters, values, strict=True)))
        except NoReverseMatch:
            yield reverse(name, args=values)
    for slug in LAYERS:
        for suffix in FORMATS:
            yield f"/layers/{slug}.{suffix}"
    yield f"/layers/{record.layer}.geojson?q={word}"
    box = "bbox=7.70,45.10,7.72,45.12"
    yield from (f"/torino/?layers=proposals,pacts&{box}", f"/map.svg?city=torino&layers=proposals&{box}")
    yield from (f"/torino/?feature={record.uid}", f"/torino/?feature={record.uid}&fragment=panel", f"/id/{record.uid}")
    yield f"/torino/{record.layer}/{record.uid}/"


def given_away(text: str, record: Proposal | Pact, state: str, address: str) -> list[str]:
    """What of a record stands in an answer: its words, its identifier (but for the one that was asked), its place.

    Of one in review the title and the place are public, and nothing else.
    """
    word = SECRETS[state]
    text = text.replace(f"q={word}", "").replace(f'value="{word}"', "")
    text = re.sub("<at:deleted-entry [^>]*>", "", text)  # that something public is gone is said to who has a copy
    if state == "in review":
        return [word] if word in text.replace(record.name, "") or f"{word.lower()}@" in text else []
    found = [word] if word in text or f"{word.lower()}@" in text else []
    found += [record.uid] if record.uid not in address and record.uid in text else []
    x = f"{record.place.x:.4f}" if state != "pact" else "nowhere"
    return found + ([x] if x in text else [])


@pytest.mark.parametrize("who", STRANGERS)
def test_no_address_gives_away_to_a_stranger_what_is_not_public(cast, who):
    client = Client()
    if person := cast.people[who]:
        client.force_login(person)
    every = {one for state, record in cast.records.items() for one in addresses(record, SECRETS[state])}
    assert len(every) > 150
    for address in sorted(every):
        response = client.get(address)
        assert response.status_code < 500, address
        text = response.getvalue().decode("utf-8", "replace")
        for state, record in cast.records.items():
            assert not (found := given_away(text, record, state, address)), (who, state, address, found)


def test_the_author_and_the_office_do_see_it(cast):
    """The walk can find what it looks for: those who may see it do, somewhere."""
    for who, states in {"author": ("draft", "submitted", "in review"), "staff": ("submitted", "in review")}.items():
        client = Client()
        client.force_login(cast.people[who])
        for state in states:
            every = addresses(cast.records[state], SECRETS[state])
            texts = (client.get(address).getvalue().decode("utf-8", "replace") for address in every)
            assert any(SECRETS[state] in text for text in texts), (who, state)
