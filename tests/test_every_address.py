"""Every address of the program is of a known kind, and none gives away what a person may not see.

Addresses come from the resolver and from LAYERS; a new route fails here until somebody says what it is.
"""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests.hidden import SECRETS, WALKED, addresses, given_away, hidden_torino, seen
from tests.routes import KINDS, UNNAMED, routes
from tests.staged import staged

pytestmark = pytest.mark.django_db


def test_every_route_is_of_a_known_kind():
    names = {name for name, _parameters in routes()}
    known = set(KINDS) | set(UNNAMED)
    assert len(names) > 40
    assert not names - known, "say in tests/routes.py what these are"
    assert not known - names, "these are no more"


@pytest.fixture
def cast(db) -> SimpleNamespace:
    return staged(hidden_torino)


@pytest.mark.parametrize("who", WALKED)
def test_no_address_gives_away_to_a_stranger_what_is_not_public(cast, who):
    client = Client()
    if person := cast.people[who]:
        client.force_login(person)
    every = {one for state, record in cast.records.items() for one in addresses(record, SECRETS[state])}
    assert len(every) > 150
    for address in sorted(every):
        response = client.get(address)
        assert response.status_code < 500, address
        text = seen(response, address)
        for state, record in cast.records.items():
            assert not (found := given_away(text, record, state, address)), (who, state, address, found)


def test_the_author_and_the_office_do_see_it(cast):
    """The walk can find what it looks for: those who may see it do, somewhere."""
    for who, states in {"author": ("draft", "submitted", "in review"), "staff": ("submitted", "in review")}.items():
        client = Client()
        client.force_login(cast.people[who])
        for state in states:
            every = addresses(cast.records[state], SECRETS[state])
            texts = (seen(client.get(address), address) for address in every)
            assert any(SECRETS[state] in text for text in texts), (who, state)
