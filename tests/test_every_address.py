"""Every address of the program is of a known kind, and none gives away what a person may not see.

Addresses come from the resolver and from LAYERS; a new route fails here until somebody says what it is.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from commons.models import Pact, Proposal
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from tests.hidden import SECRETS, STRANGERS, given_away, hidden_records
from tests.routes import KINDS, UNNAMED, routes

pytestmark = pytest.mark.django_db


def test_every_route_is_of_a_known_kind():
    names = {name for name, _parameters in routes()}
    known = set(KINDS) | set(UNNAMED)
    assert len(names) > 40
    assert not names - known, "say in tests/routes.py what these are"
    assert not known - names, "these are no more"


@pytest.fixture
def cast(town) -> SimpleNamespace:
    return hidden_records(town)


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
