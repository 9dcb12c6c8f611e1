"""Every route that writes: with which words, and who may. A new one is added here by who wrote it.

`right` is the person for whom the very same request does write, and the record that it is tried on: so it is the
person that the others are refused for, and not the words.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from commons.models import (
    BuildingEntry,
    Call,
    Contribution,
    Correction,
    Follow,
    JoinRequest,
    Pact,
    Proposal,
    PublishedFigure,
)
from commons.propose import invite
from mapping.follows.letters import stopping_token as follow_stopping_token
from mapping.models import ImportRun, SavedSource, Upload
from people import membership
from people.models import ApiToken, Grant, Membership, Message, Organisation
from people.preferences import stopping_token
from people.roles import Role
from tests import factories as make
from tests import factories_of_care as care
from tests.commons.hostile_pictures import picture, upload
from tests.hidden import TITLE_IS_PUBLIC, hidden_torino, submitted, with_photos

WORD = "Xscrivania"  # stands in whatever else is hidden
PASSWORD = "a long enough password"
PROPOSALS = ("draft", "submitted", "left", "hidden", "in review", "rejected", "asked")
# Whoever sees the title of a proposal may say that it interests them; the rest is refused by its state.
NOT_OPEN = tuple(state for state in PROPOSALS if state not in {"in review", "asked"})
UNSEEN = tuple(state for state in PROPOSALS if state not in TITLE_IS_PUBLIC | {"asked"})


@dataclass(frozen=True)
class Writing:
    """One way to write. `words(cast, record)` is the body, `where(cast, record)` what the address needs besides."""

    right: tuple[str, str]
    on: tuple[str, ...] = PROPOSALS
    words: Callable[[SimpleNamespace, Any], Any] = lambda cast, record: {}
    where: Callable[[SimpleNamespace, Any], dict[str, Any]] = lambda cast, record: {}
    method: str = "POST"
    json: bool = False
    query: Callable[[SimpleNamespace, Any], str] = lambda cast, record: ""
    also: frozenset[int] = field(default_factory=frozenset)


def said(**words: Any) -> Callable[[SimpleNamespace, Any], dict[str, Any]]:
    return lambda cast, record: words


def day(cast: SimpleNamespace, ahead: int = 9) -> str:
    return f"{cast.city.today() + timedelta(days=ahead)}"


def photo(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"kind": "photo", "title": "Nuova", "file": upload(picture())}


def new_draft_there(cast: SimpleNamespace, building: Any) -> dict[str, Any]:
    there = {"building": building.uid} if building else {}
    return new_draft(cast, building) | {"properties": {"name": "N", "city": "torino"} | there}


def new_draft(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [7.68, 45.05]}, "properties": {"name": "N"}}


def data_file(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    body = b'{"type": "FeatureCollection", "features": []}'
    return {"holds": "buildings", "file": upload(body, "dati.geojson")}


def of_photo(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    state = next(state for state, one in cast.things.items() if one is record)
    return {"uid": cast.photos[state].uid}


def chosen(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    office = {"reviewer": cast.people["staff"].pk, "review_due": day(cast)}
    return {"uids": [record.uid], "do": "take_up", "confirmed": "1"} | office


def taken_up(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"reviewer": cast.people["staff"].pk, "review_due": day(cast), "complexity": "ordinary", "note": "Sì"}


def report(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"period_start": day(cast, -99), "period_end": day(cast, -9), "actions": "Fatto", "send": "1"}


def figure(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    days = dict.fromkeys(("last", "as_of"), "2020-12-31")
    return days | {"indicator": "signings", "value": "3", "qualifier": "exact", "source": "Atti", "locator": "p. 1"}


def laboratory(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"name": "Laboratorio", "opened_on": day(cast, 0), "neighbourhoods": [cast.town.east.pk]}


def project(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    led = cast.things["laboratory"].pk
    return {"name": "Progetto", "kind": "city_care", "status": "planned", "laboratory": led}


def part_of_house(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"kind": "spaces"}


def event(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    rows = {"streams-TOTAL_FORMS": "0", "streams-INITIAL_FORMS": "0"}
    said = {"name": "Festa", "kind": "meeting", "starts_at": f"{day(cast)}T18:00", "do": "send"}
    return rows | said | {"organisation": cast.things["organisation"].pk}


def an_idea(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
    return {"name": "Officina", "do": "send", "organisation": cast.things["organisation"].pk}


def desk(name: str) -> Callable[[SimpleNamespace, Any], dict[str, Any]]:
    return lambda cast, record: {"kind": record.layer, "name": name}


AUTHOR, OFFICE, RESIDENT = "author", "staff", "resident"
KEPT = (OFFICE, "kept house")
ON_DRAFT, ON_SUBMITTED, ON_OPEN = (AUTHOR, "draft"), (OFFICE, "submitted"), (RESIDENT, "open")

# Each by the name of its route; where a route writes in several ways, a word after a blank parts them.
WRITINGS: dict[str, Writing] = {
    "draft": Writing(ON_DRAFT, words=lambda cast, one: {"revision": one.revision, "name": "Nuovo nome"}),
    "draft-save": Writing(
        ON_DRAFT, words=lambda cast, one: {"revision": one.revision, "fields": {"name": "Nuovo"}}, json=True
    ),
    "draft-discard": Writing(ON_DRAFT),
    "draft-submit": Writing(ON_DRAFT),
    "draft-answer": Writing((AUTHOR, "asked"), words=said(note="Ecco la risposta")),
    "draft-withdraw": Writing((AUTHOR, "submitted"), words=said(note="Non più")),
    "draft-meeting": Writing(("host", "asked"), words=lambda cast, one: {"starts_at": f"{day(cast)}T18:00"}),
    "draft-invite": Writing(ON_DRAFT, words=said(invite="1", email="nuova@example.org")),
    "draft-invite revoke": Writing(ON_DRAFT, words=lambda cast, one: {"revoke": cast.collaborator.pk}),
    "draft-invited": Writing(
        ("guest", "draft"), words=said(accept="1"), where=lambda cast, one: {"secret": cast.secret}
    ),
    "draft-files": Writing(ON_DRAFT, words=photo),
    "remove-file": Writing(ON_DRAFT, where=of_photo),
    "protocol": Writing(ON_SUBMITTED, words=lambda cast, one: {"number": "12/26", "date": day(cast, 0)}),
    "follow": Writing(ON_OPEN, on=(*UNSEEN, "pact", "building", "call", "organisation"), words=said(on="1")),
    "comment": Writing(ON_OPEN, words=said(text="Bello")),
    "join": Writing(ON_OPEN, on=NOT_OPEN, words=lambda cast, one: {"join-message": "Vengo anch'io"}),
    "join-answer": Writing(
        (AUTHOR, "open"), on=(*PROPOSALS, "open"), words=said(answer="accept"),
        where=lambda cast, one: {"key": cast.asked_in.pk},
    ),
    "support": Writing(ON_OPEN, on=NOT_OPEN, words=said(on="1")),
    "report": Writing((AUTHOR, "active pact"), on=("pact", "active pact"), words=report),
    "evidence": Writing(
        (AUTHOR, "active pact"), on=("pact", "active pact"),
        words=lambda cast, one: {"on": day(cast, 0), "text": "Fatto"},
    ),
    "tokens": Writing((AUTHOR, ""), on=("",), words=lambda cast, one: {"remove": cast.token.pk}),
    "following-change": Writing(
        ("supporter", ""), on=("",), words=said(do="pause"), where=lambda cast, one: {"pk": cast.followed.pk}
    ),
    "follow-stop": Writing(("visitor", ""), on=("",), where=lambda cast, one: {"token": cast.stopping_follow}),
    "inbox-read": Writing((AUTHOR, ""), on=("",), words=lambda cast, one: {"message": cast.message.pk}),
    "unsubscribe": Writing(
        ("visitor", ""), on=("",), where=lambda cast, one: {"token": cast.stopping}
    ),
    "desk-bulk": Writing(ON_SUBMITTED, words=chosen, also=frozenset({200})),  # an architect has a desk, without these
    "desk-moderation": Writing(
        (OFFICE, ""), on=("",), words=lambda cast, one: {"uid": cast.comment.uid, "do": "show", "reason": "Va bene"},
        also=frozenset({409}),
    ),
    "desk-call-new": Writing((OFFICE, ""), on=("",), words=said(name="Avviso")),
    "desk-call": Writing((OFFICE, "call"), on=("call",), words=said(name="Un altro nome")),
    "desk-call-publish": Writing((OFFICE, "call"), on=("call",)),
    "desk-move": Writing(ON_SUBMITTED, words=taken_up, where=desk("take_up")),
    "desk-act": Writing(
        ON_SUBMITTED, on=(*PROPOSALS, "pact", "active pact"), where=desk("dispute"),
        words=lambda cast, one: {"subject": "Confini", "opened_on": day(cast, 0)},
    ),
    "desk-need": Writing((OFFICE, "need"), on=("need",), words=said(status="open")),
    "desk-laboratory-new": Writing((OFFICE, ""), on=("",), words=laboratory, also=frozenset({400})),
    "desk-laboratory": Writing((OFFICE, "laboratory"), on=("laboratory",), words=laboratory),
    "desk-laboratory-do": Writing(
        (OFFICE, "laboratory"), on=("laboratory",), words=said(starts_at="2030-01-01T18:00"),
        where=lambda cast, one: {"name": "meeting"},
    ),
    "desk-project-new": Writing((OFFICE, ""), on=("",), words=project, also=frozenset({400})),
    "desk-project": Writing((OFFICE, "project"), on=("project",), words=project),
    "desk-figure-new": Writing((OFFICE, ""), on=("",), words=figure),
    "desk-figure": Writing((OFFICE, "figure"), on=("figure",), words=figure),
    "desk-edition": Writing((OFFICE, ""), on=("",), words=said(year="2020")),
    "desk-organisation": Writing(
        (OFFICE, "organisation"), on=("organisation",), words=said(do="wait", reason="Manca lo statuto")
    ),
    "building-files": Writing((OFFICE, "building"), on=("building",), words=photo),
    "building-dossier": Writing(
        (OFFICE, "building"), on=("building",), words=lambda cast, one: {"on": day(cast, 0), "note": "Riparato"}
    ),
    "desk-fix": Writing(
        (OFFICE, "building"), on=("building",), where=lambda cast, one: {"layer": "buildings"},
        words=lambda cast, one: {"do": "same", "seen": one.updated_at.isoformat()},
    ),
    "house-keep": Writing(KEPT, on=KEPT[1:], words=said(opening_hours="lun 9-12", step_free="no")),
    "house-part-new": Writing(KEPT, on=KEPT[1:], words=said(name="Sala", step_free="no"), where=part_of_house),
    "house-part": Writing(
        KEPT, on=KEPT[1:], words=said(name="Cucina", step_free="no"),
        where=lambda cast, one: {"kind": "spaces", "pk": one.spaces.get().pk},
    ),
    "building-how-to-ask": Writing((OFFICE, "building"), on=("building",), words=said(text="Scrivere")),
    "building-entry": Writing(
        (OFFICE, "building"), on=("building",), words=said(answer="confirm"),
        where=lambda cast, one: {"entry": cast.entry.pk},
    ),
    # Whoever belongs to another organisation may write too, and not for this one.
    "event-new": Writing((AUTHOR, ""), on=("",), words=event, also=frozenset({400})),
    "idea-new": Writing((AUTHOR, ""), on=("",), words=an_idea, also=frozenset({400})),
    "event-edit": Writing((AUTHOR, "event"), on=("event",), words=event),
    "idea-edit": Writing((AUTHOR, "idea"), on=("idea",), words=an_idea),
    "event-cancel": Writing((AUTHOR, "public event"), on=("event", "public event")),
    "event-files": Writing((AUTHOR, "event"), on=("event",), words=photo),
    "organisation-portal": Writing((AUTHOR, "organisation"), on=("organisation",), words=said(do="sign")),
    "desk-portal": Writing(
        (OFFICE, ""), on=("",),
        words=lambda cast, one: {"kind": "events", "uid": cast.things["event"].uid, "do": "publish"},
    ),
    "desk-news": Writing(
        (OFFICE, ""), on=("",),
        words=lambda cast, one: {
            "name": "N", "sentence": "S", "address": "https://example.org/", "published_on": day(cast, 0)
        },
    ),
    "propose idea": Writing(
        ("visitor", ""), on=("idea",), words=said(name="Orto"),
        query=lambda cast, one: f"?idea={one.uid}" if one else "",
    ),
    "correction": Writing((OFFICE, "correction"), on=("correction",), words=said(state="done", answer="Fatto")),
    "imports": Writing((OFFICE, ""), on=("",), words=data_file),
    "import-file": Writing((OFFICE, "upload"), on=("upload",), words=said(do="discard")),
    "import-source": Writing(
        (OFFICE, "source"), on=("source",), words=said(do="forget"), where=lambda cast, one: {"name": one.name}
    ),
    "import-run": Writing((OFFICE, "run"), on=("run",)),
    "invite-member": Writing(
        (AUTHOR, "organisation"), on=("organisation",), words=said(email="nuova@example.org", role="member")
    ),
    "end-membership": Writing(
        (AUTHOR, "organisation"), on=("organisation",), words=lambda cast, one: {"membership": cast.member.pk}
    ),
    "invitation": Writing(
        ("guest", ""), on=("",), words=said(answer="accept"), where=lambda cast, one: {"key": cast.invitation.key}
    ),
    "propose": Writing(
        ("visitor", ""), on=("building",), words=said(name="Orto"),
        query=lambda cast, one: f"?building={one.uid}" if one else "",
    ),
    "propose call": Writing(
        ("visitor", ""), on=("call",), words=said(name="Orto"),
        query=lambda cast, one: f"?call={one.uid}" if one else "",
    ),
    "api-proposals": Writing(
        (RESIDENT, ""), on=("building",), words=new_draft_there, json=True, also=frozenset({400}),
    ),
    "api-proposal": Writing(ON_DRAFT, words=lambda cast, one: new_draft(cast, one), method="PATCH", json=True),
    "api-proposal DELETE": Writing((AUTHOR, "bare draft"), on=(*PROPOSALS, "bare draft"), method="DELETE", json=True),
    "api-move": Writing(ON_DRAFT, json=True, where=lambda cast, one: {"name": "submit"}),
    "api-move withdraw": Writing(
        (AUTHOR, "submitted"), json=True, words=said(note="Non più"), where=lambda cast, one: {"name": "withdraw"}
    ),
    "api-comments": Writing(ON_OPEN, words=said(text="Bello"), json=True),
    "api-join": Writing(ON_OPEN, on=NOT_OPEN, words=said(message="Vengo"), json=True),
    "api-support": Writing(ON_OPEN, on=NOT_OPEN, method="PUT", json=True),
    "api-support DELETE": Writing(("supporter", "open"), method="DELETE", json=True, also=frozenset({200})),
    "api-follow": Writing(ON_OPEN, on=(*UNSEEN, "pact", "building"), method="PUT", json=True),
    "api-follow DELETE": Writing(
        ("supporter", "open"), on=(*PROPOSALS, "pact"), method="DELETE", json=True, also=frozenset({200})
    ),
}  # fmt: skip

# What a person writes about nothing but themself, or tells the office: everybody may, and it shows nothing hidden.
ONES_OWN: dict[str, Callable[[SimpleNamespace], dict[str, Any]]] = {
    "tell-us": lambda cast: {"text": "Manca", "about": cast.records["hidden"].uid},
    "need-new": lambda cast: {"name": "Manca", "kind": "wish", "anyway": "1"},
    "feedback": lambda cast: {
        "subject": "other",
        "text": "Manca",
        "page": f"/id/{cast.records['hidden'].uid}",
    },
    "follow-view": lambda cast: {"name": "Qui intorno", "rhythm": "daily"},
    "preferences": lambda cast: {"rhythm": "daily", "language": "it"},
    "own-data": lambda cast: {"proof": "not the password"},
    "account-settings": lambda cast: {"display_name": "Io", "language": "it"},
    "new-organisation": lambda cast: {"name": "Noi", "kind": "informal_group", "city": cast.city.pk},
}


def stage(cast: SimpleNamespace) -> SimpleNamespace:
    """Everything that the writings are tried on, added to the cast of hidden records; `cast.things` by name."""
    with_photos(cast)
    cast.people |= {"guest": make.UserFactory(username="guest"), "supporter": make.UserFactory(username="supporter")}
    cast.people["host"] = make.UserFactory(username="host")
    cast.things = cast.records | {"": None, "open": opened(cast), "asked": asked(cast)}
    bare = {"city": cast.city, "author": cast.alice, "name": f"{WORD} vuota", "place": make.point(7.7311, 45.1111)}
    cast.things["bare draft"] = Proposal.objects.create(**bare)
    cast.photos |= {"asked": cast.photos["draft"]}
    of_the_office(cast)
    of_alice(cast)
    return cast


def staged_writings() -> SimpleNamespace:
    return stage(hidden_torino())


def asked(cast: SimpleNamespace) -> Proposal:
    """A proposal whose authors owe an answer; its title is public."""
    staff = cast.people["staff"]
    proposal = submitted(cast, "submitted", "Domanda", 7.7211)
    proposal.advance("take_up", by=staff, reviewer=staff, review_due=cast.city.today())
    proposal.advance("ask_changes", by=staff, note="Quando?", reply_by=cast.city.today())
    house = make.HouseFactory(city=cast.city, name="Casa che accompagna")
    Grant.objects.create(user=cast.people["host"], role=Role.HOUSE_OPERATOR, city=cast.city, house_uid=house.uid)
    invite.answer(invite.invite(proposal, house=house)[0], cast.people["host"], True)
    return proposal


def opened(cast: SimpleNamespace) -> Proposal:
    """A proposal that is open to comments, with one that waits to be read, a request to join and a supporter."""
    staff, now = cast.people["staff"], timezone.now()
    proposal = submitted(cast, "submitted", "Aperta", 7.7221)
    proposal.advance("take_up", by=staff, reviewer=staff, review_due=cast.city.today())
    proposal.advance("open_consultation", by=staff, comments_open_at=now, comments_close_at=now + timedelta(days=9))
    person = cast.people["supporter"]
    cast.comment = Contribution.objects.create(proposal=proposal, author=person, text=WORD, moderation="waiting")
    cast.asked_in = JoinRequest.objects.create(proposal=proposal, user=person, message=WORD)
    proposal.supports.create(user=person)
    cast.followed = Follow.objects.create(user=person, uid=proposal.uid)
    cast.stopping_follow = follow_stopping_token(cast.followed)
    return proposal


def of_the_office(cast: SimpleNamespace) -> None:
    """A building and a call that nobody sees yet, and what was told to the office."""
    building = make.BuildingFactory(city=cast.city, name=WORD, visibility="hidden", x=7.7411, y=45.1111)
    cast.entry = BuildingEntry.objects.create(building=building, on=cast.city.today(), note=WORD, state="proposed")
    now = timezone.now()
    call = Call.objects.create(
        city=cast.city, name=WORD, description=WORD, criteria=WORD, office="Beni comuni", resolution="1/26",
        resolution_date=cast.city.today(), opens_at=now, closes_at=now + timedelta(days=30),
    )  # fmt: skip
    call.buildings.add(make.BuildingFactory(city=cast.city, name="Aperto", x=7.6611, y=45.05))
    correction = Correction.objects.create(city=cast.city, text=WORD, email="who@example.org")
    lab = care.LaboratoryFactory(city=cast.city, name=WORD, visibility="hidden", neighbourhoods=[cast.town.east])
    there = {"city": cast.city, "name": WORD, "x": 7.7411, "y": 45.1111}
    cast.things |= {"need": care.NeedFactory(status="received", public_since=None, **there), "laboratory": lab}
    last = {"last": "2020-12-31", "as_of": "2020-12-31", "source": "Atti", "locator": "p. 2"}
    cast.things["figure"] = PublishedFigure.objects.create(
        city=cast.city, indicator="signings", value=2, unit="count", **last
    )
    cast.things["project"] = care.ProjectFactory(visibility="hidden", laboratory=lab, **there)
    waiting = Upload.objects.create(city=cast.city, layer="buildings", file_name=f"{WORD}.csv", state="ready")
    run = ImportRun.objects.create(city=cast.city, layer="buildings", source="s", file_name=f"{WORD}.csv", applied=True)
    source = SavedSource.objects.create(city=cast.city, name="registro", title=WORD, layer="buildings")
    house = make.HouseFactory(city=cast.city, name=f"{WORD} casa", visibility="hidden", x=7.7451, y=45.1111)
    make.SpaceFactory(house=house, name=WORD)
    cast.things |= {"building": building, "call": call, "correction": correction, "kept house": house}
    cast.things |= {"upload": waiting, "run": run, "source": source}


def of_alice(cast: SimpleNamespace) -> None:
    """What is Alice's: a group that nobody sees yet, a pact that she reports for, an invitation, a key, a message."""
    group: Organisation = make.OrganisationFactory(city=cast.city, name=WORD, visibility="hidden")
    Membership.objects.create(user=cast.alice, organisation=group, role="representative")
    cast.member = Membership.objects.create(user=make.UserFactory(), organisation=group)
    pact: Pact = make.PactFactory(city=cast.city, name="Patto vivo", state="reporting")
    pact.signatures.create(side="civic", organisation=group)
    guest = cast.people["guest"].email
    EmailAddress.objects.get_or_create(user=cast.people["guest"], email=guest, defaults={"verified": True})
    cast.invitation = membership.ask_in(group, guest, "member", cast.alice)
    cast.collaborator, cast.secret = invite.invite(cast.records["draft"], email=guest)
    cast.stopping = stopping_token(cast.alice, "comment")
    cast.token = ApiToken.issue(cast.alice, WORD, ["read"])[0]
    cast.message = Message.objects.create(user=cast.alice, kind="comment", key="k", subject=WORD, due_at=timezone.now())
    own = {"city": cast.city, "organisation": group, "author": cast.alice}
    sent = {"name": WORD, "visibility": "hidden", "sent_at": timezone.now(), "x": 7.7411, "y": 45.1111}
    cast.things |= {"event": make.EventFactory(**own, **sent), "idea": make.IdeaFactory(**own, **sent)}
    cast.things |= {"organisation": group, "active pact": pact, "public event": make.EventFactory(**own)}
