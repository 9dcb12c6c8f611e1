"""What is hidden or withdrawn is gone at once: from pages, layers, tiles, maps and files, and from browsers' caches.

Every address of the program is asked before and after, the second time with the entity tag of the first answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commons.files import attach
from commons.models import Attachment, Call, Contribution, Follow, Proposal
from mapping.layers import LAYERS
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.commons.hostile_pictures import picture, upload
from tests.hidden import addresses, seen, submitted

pytestmark = pytest.mark.django_db
WORD = "Xsparito"
X, Y = 7.7111, 45.1111
OF_PERSONS = ("/messages/", "/me/", "/en/messages/", "/en/me/")  # what somebody was told stays told


@dataclass
class Public:
    """One public record, and its files if it has some."""

    record: Any
    files: list[Attachment]


def proposal(cast: SimpleNamespace) -> Public:
    made, now = submitted(cast, "submitted", WORD, X), timezone.now()
    made.advance("take_up", by=cast.staff, reviewer=cast.staff, review_due=cast.city.today())
    made.advance("open_consultation", by=cast.staff, comments_open_at=now, comments_close_at=now + timedelta(days=9))
    Contribution.objects.create(proposal=made, author=cast.rosa, text=f"{WORD} detto")
    return Public(made, [attach(made, upload(picture()), "photo", cast.alice, WORD)])


def located(factory: Any, **also: Any) -> Callable[[SimpleNamespace], Public]:
    def made(cast: SimpleNamespace) -> Public:
        record = factory(city=cast.city, name=f"{WORD} nome", x=X, y=Y, **also)
        kept = {"building", "pact", "event"} & {record._meta.model_name}
        return Public(record, [attach(record, upload(picture()), "photo", cast.staff, WORD)] if kept else [])

    return made


def organisation(cast: SimpleNamespace) -> Public:
    group = make.OrganisationFactory(city=cast.city, name=f"{WORD} nome", verified=True)
    make.HouseFactory(city=cast.city, name="Casa loro", operator=group)
    make.PactFactory(city=cast.city, name="Patto loro", signatories=[group])
    return Public(group, [])


def call(cast: SimpleNamespace) -> Public:
    now = timezone.now()
    made = Call.objects.create(
        city=cast.city, name=f"{WORD} nome", description=WORD, criteria=WORD, office="Beni comuni", state="open",
        opens_at=now, closes_at=now + timedelta(days=30),
    )  # fmt: skip
    made.buildings.add(cast.town.buildings[0])
    return Public(made, [])


KINDS_OF_RECORDS = {
    "proposal": proposal, "building": located(make.BuildingFactory), "house": located(make.HouseFactory),
    "pact": located(make.PactFactory), "event": located(make.EventFactory), "idea": located(make.IdeaFactory),
    "organisation": organisation, "call": call,
}  # fmt: skip


@pytest.fixture
def cast(town, settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "media"
    people = {name: make.UserFactory(username=name) for name in ("alice", "rosa", "staff")}
    Grant.objects.create(user=people["staff"], role=Role.STAFF, city=town.city)
    return SimpleNamespace(city=town.city, town=town, **people)


def every_address(public: Public) -> list[str]:
    found = set(addresses(public.record, WORD))
    tiles = ("0/0/0", "12/2135/1472", "16/34171/23558")
    found |= {f"/tiles/{slug}/{tile}.{suffix}" for slug in LAYERS for tile in tiles for suffix in ("geojson", "mvt")}
    # Each format is asked whole above; one question serves them all, so the search and the limit are tried on two.
    found |= {f"/layers/{slug}.{suffix}?city=torino&q={WORD}" for slug in LAYERS for suffix in ("csv", "geojson")}
    found |= {f"/layers/{slug}.{suffix}?limit=5" for slug in LAYERS for suffix in ("csv", "geojson")}
    for one in public.files:
        found |= {reverse("file", args=[one.uid]), reverse("file", args=[one.uid, "small"])}
    pages = sorted(one for one in found if not one.startswith(OF_PERSONS))
    return pages + [f"/en{one}" for one in pages if one.startswith("/torino/")]


def own_addresses(public: Public) -> list[str]:
    record = public.record
    return [f"/id/{record.uid}", record.get_absolute_url(), *(reverse("file", args=[one.uid]) for one in public.files)]


def shown(text: str, public: Public, address: str) -> set[str]:
    """What of the record an answer shows."""
    text = text.replace(f"q={WORD}", "").replace(f'value="{WORD}"', "")
    text = re.sub("<at:deleted-entry [^>]*>", "", text)  # that it is gone is said to who has a copy
    marks = {WORD, f"{X}", *(one.uid for one in (public.record, *public.files) if one.uid not in address)}
    return {mark for mark in marks if mark in text}


def ask(client: Client, addresses_: list[str], tags: dict[str, str]) -> dict[str, Any]:
    asked = {}
    for address in addresses_:
        headers = {"If-None-Match": tags[address]} if address in tags else {}
        answer = client.get(address, headers=headers)
        answer.body = seen(answer, address)
        asked[address] = answer
    return asked


def is_gone_at_once(publics: list[Public], visibility: str, client: Client) -> None:
    """Every address shows nothing of the records once they are not public, and keeps nobody's copy fresh."""
    every = sorted({address for public in publics for address in every_address(public)})
    own = [address for public in publics for address in own_addresses(public)]

    def found_in(answer: Any, address: str) -> set[str]:
        return set().union(*(shown(answer.body, public, address) for public in publics))

    before = ask(client, every, {})
    tags = {address: answer["ETag"] for address, answer in before.items() if "ETag" in answer}
    held = {address for address, answer in before.items() if found_in(answer, address)}
    for public in publics:
        assert held & set(own_addresses(public)[:2])
    assert len(held) > 3
    files = [one for public in publics for one in own_addresses(public)[2:] if one in tags]
    again = ask(client, files, tags)
    assert files or not any(public.files for public in publics)
    assert all(answer.status_code == 304 for answer in again.values()), "the tags are good while it is public"

    for public in publics:
        public.record.visibility = visibility
        public.record.save()
    for address, answer in ask(client, every, tags).items():
        assert answer.status_code < 500, address
        assert not (address in held and answer.status_code == 304), f"{address} is still fresh"
        assert not (found := found_in(answer, address)), (address, found)
    for address in own:
        status = client.get(address, headers={"If-None-Match": tags.get(address, "*")}).status_code
        assert status in {404, 410}, (address, status)
    for public in publics:
        assert client.get(f"/id/{public.record.uid}").status_code == 410


def test_what_is_hidden_is_gone_at_once_everywhere_also_for_who_follows_it(cast):
    """Half of the kinds; the drill below takes each."""
    publics, client = (
        [KINDS_OF_RECORDS[kind](cast) for kind in ("proposal", "building", "organisation", "call")],
        Client(),
    )
    for public in publics:
        Follow.objects.create(user=cast.rosa, uid=public.record.uid)
    client.force_login(cast.rosa)
    is_gone_at_once(publics, "hidden", client)


@pytest.mark.slow
@pytest.mark.parametrize("visibility", ["hidden", "withdrawn"])
@pytest.mark.parametrize("kind", KINDS_OF_RECORDS)
def test_what_is_unpublished_is_gone_at_once_for_a_visitor(cast, kind, visibility):
    is_gone_at_once([KINDS_OF_RECORDS[kind](cast)], visibility, Client())


def test_a_file_taken_away_and_one_made_private_are_gone_at_once(cast):
    public, client = proposal(cast), Client()
    second = attach(public.record, upload(picture()), "photo", cast.alice, WORD)
    for one, change in ((public.files[0], {"removed_at": timezone.now()}), (second, {"public": False})):
        addresses_ = [reverse("file", args=[one.uid]), reverse("file", args=[one.uid, "small"])]
        before = ask(client, addresses_, {})
        assert all(answer.status_code == 200 for answer in before.values())
        Attachment.objects.filter(pk=one.pk).update(**change)
        after = ask(client, addresses_, {address: answer["ETag"] for address, answer in before.items()})
        assert {answer.status_code for answer in after.values()} <= {404, 410}
        page = client.get(public.record.get_absolute_url()).content.decode()
        assert one.uid not in page


@pytest.mark.slow
def test_a_proposal_that_is_not_accepted_before_its_text_was_public_shows_its_title_alone(cast):
    made = submitted(cast, "submitted", WORD, X)
    made.advance("take_up", by=cast.staff, reviewer=cast.staff, review_due=cast.city.today())
    made.advance("reject", by=cast.staff, note="Non qui")
    for address in addresses(made, WORD):
        text = seen(Client().get(address), address).replace(made.name, "")
        assert f"{WORD} testo" not in text and f"{WORD} scopo" not in text, address
    assert Proposal.objects.public().filter(pk=made.pk).exists()
