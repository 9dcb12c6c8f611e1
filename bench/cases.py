"""Proposals and pacts with their histories, made from a seed: what the office's desk is measured on."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import shapely
from django.db import connection, transaction

from bench.data import EAST, NORTH, SOUTH, WEST, geos, territories
from commons.lifecycle import MACHINES
from commons.models import Contribution, Pact, Proposal
from commons.models.moving import Moving, permit
from neighbourhoods.models import City
from neighbourhoods.vocabulary import PartitionKind, Role
from people.models import Grant, User

OFFICE, QUIET, EMPTY = "ufficio", "quieto", "vuoto"  # 20,000 proposals and 5,000 pacts; forty and ten; none
SIZES = {OFFICE: (20_000, 5_000), QUIET: (40, 10), EMPTY: (0, 0)}
WRITERS, DRAFTS = 50, "bozza"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Rome"))
BEGIN = ["draft", "submitted", "under_review"]
LONG = [*BEGIN, "needs_changes", "under_review", "in_consultation", "codesign", "awaiting_approval", "approved"]
RUN = ["to_sign", "signed", "active"]
PATHS: dict[str, dict[str, list[str]]] = {
    "proposal": {
        "draft": ["draft"], "submitted": BEGIN[:2], "under_review": BEGIN, "needs_changes": LONG[:4],
        "in_consultation": LONG[:6], "codesign": LONG[:7], "awaiting_approval": LONG[:8], "approved": LONG,
        "rejected": [*BEGIN, "rejected"], "redirected": [*BEGIN, "redirected"], "withdrawn": [*BEGIN, "withdrawn"],
    },
    "pact": {
        "to_sign": RUN[:1], "signed": RUN[:2], "active": RUN, "suspended": [*RUN, "suspended"],
        "reporting": [*RUN, "reporting"], "expired": [*RUN, "expired"], "terminated": [*RUN, "terminated"],
        "renewed": [*RUN, "expired", "renewed"],
    },
}  # fmt: skip
LOCATE = """
UPDATE {table} b SET neighbourhood_id = n.id, district_id = d.id, placement = 'inside',
  shares = jsonb_build_object('primary', jsonb_build_array(jsonb_build_array(n.id, 1)),
                              'district', jsonb_build_array(jsonb_build_array(d.id, 1)))
FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p ON p.id = n.partition_id AND p.role = 'primary',
  neighbourhoods_neighbourhood d JOIN neighbourhoods_partition q ON q.id = d.partition_id AND q.role = 'district'
WHERE b.city_id = %s AND n.city_id = b.city_id AND d.city_id = b.city_id
  AND ST_Contains(n.boundary, b.label_point) AND ST_Contains(d.boundary, b.label_point)
"""
STEPS = """
INSERT INTO commons_step ({machine}_id, move, source_state, target_state, role, at, note, actor_id)
SELECT r.id, w.move, w.source, w.target, 'staff', r.state_since - make_interval(days => w.before * 9), w.note, %(actor)s
FROM commons_{machine} r JOIN unnest(%(state)s::text[], %(move)s::text[], %(source)s::text[], %(target)s::text[],
  %(before)s::int[], %(note)s::text[]) AS w(state, move, source, target, before, note) ON w.state = r.state
WHERE r.city_id = %(city)s ORDER BY r.id
"""


def people() -> tuple[User, list[User]]:
    """One of the office in every city, and those who write drafts."""
    office = User.objects.create(username="office", email="office@example.org")
    writers = [User(username=f"writer{n}", email=f"writer{n}@example.org") for n in range(WRITERS)]
    return office, User.objects.bulk_create(writers)


def records(city: City, model: type[Moving], number: int, author: User) -> Iterator[Moving]:
    """So many records of all states, the early ones more often, spread over the city and over two years."""
    dice, states = Random(number), list(PATHS[model.machine])
    for n in range(number):
        state = states[min(int(dice.expovariate(0.3)), len(states) - 1)]
        since = NOW - timedelta(hours=dice.randint(1, 17_000))
        x, y = dice.uniform(WEST + 0.01, EAST - 0.01), dice.uniform(SOUTH + 0.01, NORTH - 0.01)
        values = {
            "city": city, "uid": str(uuid.UUID(int=dice.getrandbits(128), version=4)), "name": f"Cura del cortile {n}",
            "description": "Un orto, due panchine, un muro da dipingere insieme. " * 8, "state": state,
            "place": geos(shapely.Point(x, y)), "state_since": since, "text_public": state in model.TEXT_OPEN,
            "public_since": None if state in model.NOT_PUBLIC else since, "complexity": "complex",
        }  # fmt: skip
        if model is Proposal:
            values |= {"author": author, "aims": "Un cortile per tutti.", "review_due": since.date()}
            values |= {} if state == "draft" else {"receipt": f"{city.slug}-{n}", "submitted_on": since.date()}
        else:
            values |= {"starts_on": date(2025, 1, 1), "ends_on": date(2027, 12, 31)}
        yield model(**values)


def history(city: City, machine: str, actor: User) -> None:
    """The steps that led each record to its state, one position after the other, so that each begins where one ended.

    The database checks every one of them as it checks those of `advance()`.
    """
    moves = {(source, move.target): move.name for move in MACHINES[machine] for source in move.sources}
    paths = {state: list(pairwise(path)) for state, path in PATHS[machine].items()}
    with connection.cursor() as cursor:
        for position in range(max(map(len, paths.values()))):
            rows = [
                (state, moves[path[position]], *path[position], len(path) - 1 - position, "Perché serve.")
                for state, path in paths.items()
                if position < len(path)
            ]
            names = ("state", "move", "source", "target", "before", "note")
            columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
            cursor.execute(STEPS.format(machine=machine), columns | {"city": city.pk, "actor": actor.pk})


def fill(city: City, sizes: tuple[int, int], office: User, writers: list[User]) -> None:
    """A city's territories, records and histories, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        permit("record")
        for model, number in zip((Proposal, Pact), sizes, strict=True):
            model.objects.bulk_create(records(city, model, number, writers[0]), batch_size=1_000)
            history(city, model.machine, office)
        cursor.execute("SET LOCAL mappa.relocate = 'later'")
        territories(city, Role.PRIMARY, PartitionKind.NEIGHBOURHOOD, 10, 9)
        territories(city, Role.DISTRICT, PartitionKind.DISTRICT, 4, 2)
        cursor.execute("SET LOCAL mappa.relocating = 'yes'")
        for model in (Proposal, Pact):
            cursor.execute(LOCATE.format(table=model._meta.db_table), [city.pk])


def discussed() -> Proposal:
    """A proposal with a long history and two hundred comments."""
    return Proposal.objects.filter(city__slug=OFFICE, state="codesign").order_by("pk").first()


def load_cases() -> None:
    """Three cities, their office, and a draft for everybody who writes."""
    office, writers = people()
    for slug, sizes in SIZES.items():
        envelope = geos(shapely.box(WEST - 0.1, SOUTH - 0.1, EAST + 0.1, NORTH + 0.1))
        city = City.objects.create(slug=slug, name=slug.capitalize(), envelope=envelope, crs=[32632])
        Grant.objects.create(user=office, role="staff", city=city)
        fill(city, sizes, office, writers)
    city = City.objects.get(slug=QUIET)
    Proposal.objects.bulk_create(Proposal(city=city, author=one, name=DRAFTS) for one in writers)
    remarks = (Contribution(proposal=discussed(), author=writers[n % WRITERS], text="Bello.") for n in range(200))
    Contribution.objects.bulk_create(remarks)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
