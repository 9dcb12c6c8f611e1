"""What must not be seen or written by strangers: records in every hidden state, and the strangers who try.

Every text of a record holds the word of its state, and its longitude is its own: so an answer tells what it gives away.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import quote, quote_plus

import pytest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from commons.files import attach
from commons.models import Pact, Proposal
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from neighbourhoods.records import Published
from people.models import Grant, Membership
from people.roles import Role
from tests import factories as make
from tests.commons.hostile_pictures import picture, upload
from tests.mapping.exported import text_of
from tests.routes import KINDS, UNNAMED, routes
from tests.town import small_torino

STRANGERS = ("visitor", "resident", "other author", "staff elsewhere", "architect elsewhere")
# Walks of every address: the one who signs in nowhere and the one with most rights elsewhere; the others in the drill.
WALKED = [
    one if one in ("visitor", "staff elsewhere") else pytest.param(one, marks=pytest.mark.slow) for one in STRANGERS
]
SECRETS = {
    "draft": "Xbozza", "submitted": "Xpresentata", "left": "Xritirata", "hidden": "Xnascosta",
    "in review": "Xinesame", "rejected": "Xrespinta", "pact": "Xpatto",
}  # fmt: skip
# Of these the title, the place and the state are public, and nothing else.
TITLE_IS_PUBLIC = {"in review", "rejected"}


def hidden_records(town: SimpleNamespace) -> SimpleNamespace:
    """One proposal in each state that has something to hide, all of Alice's, and those who want to know."""
    city, far = town.city, make.CityFactory(slug="latina")
    cast = SimpleNamespace(city=city, far=far, town=town, alice=make.UserFactory(username="alice"), records={})
    for number, (state, word) in enumerate(SECRETS.items()):
        if state != "pact":
            cast.records[state] = submitted(cast, state, word, 7.7111 + number / 1000)
    cast.records["pact"] = make.PactFactory(name=SECRETS["pact"], visibility="hidden", description=SECRETS["pact"])
    bruno, sara, ada = (make.UserFactory(username=name) for name in ("bruno", "sara", "ada"))
    Proposal.objects.create(city=city, author=bruno, name="Di Bruno", contact_email="bruno@example.org")
    Membership.objects.create(
        user=bruno, organisation=make.OrganisationFactory(city=city, name="Altri"), role="representative"
    )
    Grant.objects.create(user=sara, role=Role.STAFF, city=far)
    Grant.objects.create(user=ada, role=Role.ARCHITECT, city=city, territory=town.west)
    cast.people = {
        "visitor": None, "resident": make.UserFactory(username="rosa"), "other author": bruno,
        "staff elsewhere": sara, "architect elsewhere": ada, "author": cast.alice,
        "staff": make.UserFactory(username="stefano"),
    }  # fmt: skip
    Grant.objects.create(user=cast.people["staff"], role=Role.STAFF, city=city)
    return cast


def hidden_torino() -> SimpleNamespace:
    return hidden_records(small_torino())


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
    if state in {"hidden", "in review", "rejected"}:
        proposal.advance("take_up", by=staff, reviewer=staff, review_due=cast.city.today())
        proposal.advance("ask_changes", by=staff, note=f"{word} domanda", reply_by=cast.city.today())
        proposal.advance("answer", by=cast.alice, note=f"{word} risposta")
    if state == "rejected":
        proposal.advance("reject", by=staff, note="Non qui")
    if state == "left":
        proposal.advance("withdraw", by=cast.alice, note=f"{word} motivo")
    if state == "hidden":
        Proposal.objects.filter(pk=proposal.pk).update(visibility="hidden")
    return proposal


def with_photos(cast: SimpleNamespace) -> SimpleNamespace:
    """Each of the hidden proposals gets a photo; `cast.photos` has them by state."""
    cast.photos = {
        state: attach(record, upload(picture()), "photo", cast.alice, SECRETS[state])
        for state, record in cast.records.items()
        if state != "pact"
    }
    return cast


def given_away(text: str, record: Proposal | Pact, state: str, address: str) -> list[str]:
    """What of a record stands in an answer: its words, its identifier (but for the one that was asked), its place."""
    word = SECRETS[state]
    text = text.replace(f"q={word}", "").replace(f'value="{word}"', "")
    text = re.sub("<at:deleted-entry [^>]*>", "", text)  # that something public is gone is said to who has a copy
    if state in TITLE_IS_PUBLIC:
        for name in (record.name, quote(record.name), quote_plus(record.name)):
            text = text.replace(name, "")
        return [word] if word in text or f"{word.lower()}@" in text else []
    found = [word] if word in text or f"{word.lower()}@" in text else []
    found += [record.uid] if record.uid not in address and record.uid in text else []
    x = f"{record.place.x:.4f}" if state != "pact" else "nowhere"
    return found + ([x] if x in text else [])


def seen(response: HttpResponseBase, address: str) -> str:
    """What can be read in an answer, in a packed file too."""
    return text_of(response.getvalue(), address.partition("?")[0].rpartition(".")[2])


def addresses(record: Published, word: str) -> Iterator[str]:
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
            yield f"/torino/desk/export/{slug}.{suffix}"
    yield f"/layers/{record.layer}.geojson?q={word}"
    box = "bbox=7.70,45.10,7.72,45.12"
    yield from (f"/torino/?layers=proposals,pacts&{box}", f"/map.svg?city=torino&layers=proposals&{box}")
    yield from (f"/torino/?feature={record.uid}", f"/torino/?feature={record.uid}&fragment=panel", f"/id/{record.uid}")
    yield f"/torino/{record.layer}/{record.uid}/"
