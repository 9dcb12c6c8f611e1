"""A city with one person for every role, and proposals and pacts that have all that any move needs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.db import connections, transaction
from django.utils import timezone

from commons import demo
from commons.lifecycle import WAY, Move
from commons.models import FormalAct, Pact, Proposal
from commons.models.moving import Moving, record_states
from people.models import Grant, Membership, User
from people.roles import Role
from tests import factories as make

MODELS = {"proposal": Proposal, "pact": Pact}
OWN = {Role.PROPOSER, Role.REPRESENTATIVE, Role.COAUTHOR}
GRANTED = (Role.ADMIN, Role.STAFF, Role.REVIEWER, Role.RECORDER, Role.ARCHITECT, Role.HOUSE_OPERATOR)


def company(slug: str) -> SimpleNamespace:
    """The city of a profile, a neighbourhood and a house in it, and somebody for each role."""
    city = demo.load_known(slug)
    x, y = city.envelope.centroid.coords
    zone = make.NeighbourhoodFactory(city=city, x=x, y=y)
    house = make.HouseFactory(city=city, x=x, y=y)
    group = make.OrganisationFactory(city=city)
    people = {
        role: User.objects.create(username=f"{slug}-{role}", email=f"{role}@{slug}.example")
        for role in Role
        if role != Role.VISITOR
    }
    people[Role.VISITOR] = AnonymousUser()
    for role in GRANTED:
        where = {"territory": zone} if role == Role.ARCHITECT else {}
        where |= {"house_uid": house.uid} if role == Role.HOUSE_OPERATOR else {}
        Grant.objects.create(user=people[role], role=role, city=city, **where)
    for role, part in ((Role.REPRESENTATIVE, "representative"), (Role.MEMBER, "member")):
        Membership.objects.create(user=people[role], organisation=group, role=part)
    return SimpleNamespace(city=city, zone=zone, house=house, group=group, people=people, x=x, y=y)


@transaction.atomic
def proposal(cast: SimpleNamespace, state: str = "draft", **also: object) -> Proposal:
    """A proposal in this state, with every field that a move asks for."""
    now = timezone.now()
    values = {
        "city": cast.city, "house": cast.house, "author": cast.people[Role.PROPOSER], "name": "Orto", "aims": "Verde",
        "description": "Un orto", "contact_name": "Alice", "contact_email": "alice@example.org",
        "place": make.point(cast.x, cast.y), "no_resources": True, "duration_months": 24, "consent_at": now,
        "reviewer": cast.people[Role.REVIEWER], "review_due": cast.city.today(), "reply_by": cast.city.today(),
        "comments_open_at": now, "comments_close_at": now + timedelta(days=30), "final_text": "Testo", "budget": "0 €",
        "indicators": "Ore", "risks": "Polizza", "redirected_to": "Verde pubblico", "source": "tests", "state": state,
    } | also  # fmt: skip
    made = Proposal.objects.create(**values)
    made.proposers.add(cast.group)
    coauthor = cast.people[Role.COAUTHOR]
    made.collaborators.create(user=coauthor, state="accepted", part="coauthor", key=f"k{made.pk}")
    made.sessions.create(starts_at=now, minutes="Ci siamo visti.", attendance=12)
    acts(cast, proposal=made)
    return settled(made)


@transaction.atomic
def pact(cast: SimpleNamespace, state: str = "to_sign", **also: object) -> Pact:
    """A pact in this state, with signatures, a checked report, its last day behind it and a signed successor."""
    today = cast.city.today()
    values = {
        "city": cast.city, "name": "Patto", "place": make.point(cast.x, cast.y), "text": "Testo", "signed_on": today,
        "house": cast.house, "starts_on": today - timedelta(days=365), "ends_on": today, "review_on": today,
        "source": "tests", "state": state,
    } | also  # fmt: skip
    made = Pact.objects.create(**values)
    made.signatures.create(side="civic", organisation=cast.group)
    made.signatures.create(side="city", kind="public_body")
    acts(cast, pact=made)
    settled(made)
    checked = {"state": "checked", "checked_at": timezone.now() + timedelta(minutes=1)}
    made.reports.create(period_start=values["starts_on"], period_end=today, **checked)
    settled(Pact.objects.create(city=cast.city, name="Rinnovo", predecessor=made, source="tests", state="signed"))
    Proposal.objects.create(city=cast.city, name="Prima", author=cast.people[Role.PROPOSER], pact=made)
    return made


def acts(cast: SimpleNamespace, **of: Moving) -> None:
    for body in FormalAct.Body.values:
        FormalAct.objects.create(city=cast.city, body=body, number="1/2026", date=cast.city.today(), **of)


def settled(record: Moving) -> Moving:
    """The record as it is read again, with the history that a register gives it."""
    record_states(type(record), [record.pk])
    record.refresh_from_db()
    return record


def leads_by_the_table(move: Move, state: str, procedure: dict, complexity: str) -> bool:
    """Whether a move goes from a state, read from the table and the profile by another way than the program's."""
    way = procedure.get("way", list(WAY))
    way = procedure.get("ordinary_way", way) if complexity == "ordinary" else way
    pairs = set(pairwise(way))
    if state not in move.sources or (move.name == "send_back" and move.target not in way):
        return False
    return (state, move.target) in pairs if move.forward else True


def status_by_the_table(move: Move, leads: bool, roles: set[Role]) -> int:
    """200, or the status of the refusal: 409 when it does not lead from here, 403 when it is not theirs."""
    if not leads:
        return 409
    judging = not OWN & set(move.by)
    return 200 if roles & set(move.by) and not (judging and roles & OWN) else 403


def at_once(works: list[Callable]) -> list[object]:
    """What each of these gives, done at the same time on connections of their own; an error is given, not raised."""

    def run(work: Callable) -> object:
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def history(record: Moving) -> list[tuple[str, str]]:
    return list(record.steps.values_list("source_state", "target_state"))
