"""Ten years of a hundred neighbourhoods with 200,000 records: every figure in one statement, and how long it takes
beside the same SQL in a session that stays open."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median

import psycopg2
from django.contrib.gis.geos import Polygon
from django.db import connection, connections, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from bench.data import EAST, NORTH, SOUTH, WEST, territories
from bench.measures import once, verdict
from commons.figures.computing import ALIAS, Scope, cells, given, statement
from commons.indicators import INDICATORS
from commons.models import (
    Attendance,
    Building,
    Laboratory,
    Money,
    Need,
    Pact,
    Project,
    Proposal,
    Session,
    Signature,
)
from neighbourhoods.models import City, Neighbourhood
from neighbourhoods.vocabulary import PartitionKind, Role

TOWN = "decennio"
UNTIL = date(2025, 12, 31)
FIRST = date(2016, 1, 1)
GOAL, ROUNDS = 1.3, 7
SIZES = {
    Pact: 30_000, Signature: 60_000, Proposal: 20_000, Building: 10_000, Need: 20_000, Project: 20_000, Money: 20_000,
    Attendance: 20_000,
}  # fmt: skip


def load_decade() -> None:
    """The city and its records, spread over the years and the neighbourhoods. Without triggers: what they would work
    out is written here."""
    box = Polygon.from_bbox((WEST, SOUTH, EAST, NORTH))
    with transaction.atomic(), connection.cursor() as cursor:
        city = City.objects.create(slug=TOWN, name="Decennio", envelope=box, crs=[32632])
        territories(city, Role.PRIMARY, PartitionKind.NEIGHBOURHOOD, 10, 10)
        Neighbourhood.objects.filter(city=city).update(population=9_000)
        places = list(Neighbourhood.objects.filter(city=city).values_list("pk", flat=True))
        tables = [model._meta.db_table for model in (*SIZES, Laboratory, Session)]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        fill(city, places, Random(7))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def fill(city: City, places: list[int], dice: Random) -> None:
    """Every record of the city, in order of who points at whom."""

    def day() -> date:
        return FIRST + timedelta(days=dice.randrange(3_650))

    def here(number: int) -> dict[str, object]:
        return {"city": city, "name": f"Record {number}", "neighbourhood_id": dice.choice(places)}

    def make(model: type, values: list[dict[str, object]]) -> list:
        return model.objects.bulk_create((model(**one) for one in values), batch_size=2_000)

    pacts = make(Pact, [
        {**here(n), "state": "active", "signed_on": (on := day()), "starts_on": on, "public_since": datetime.now(UTC),
         "ends_on": on + timedelta(days=1_000)} for n in range(SIZES[Pact])
    ])  # fmt: skip
    renewing = [one.pk for one in pacts[1::4]]
    Pact.objects.filter(pk__in=renewing).update(predecessor_id=F("pk") - 1)
    kinds = Signature.Kind.values
    make(Signature, [{"pact": dice.choice(pacts), "kind": dice.choice(kinds)} for _ in range(SIZES[Signature])])
    make(Proposal, [
        {**here(n), "state": "approved", "submitted_on": (pacts[n].signed_on - timedelta(days=dice.randrange(400))),
         "pact": pacts[n] if n % 2 else None, "public_since": datetime.now(UTC)} for n in range(SIZES[Proposal])
    ])  # fmt: skip
    make(Building, [{**here(n), "use_status": "reused", "use_since": day()} for n in range(SIZES[Building])])
    read = {"status": "open", "kind": "wish", "public_since": datetime.now(UTC)}
    make(Need, [{**here(n), **read} for n in range(SIZES[Need])])
    projects = make(Project, [
        {**here(n), "kind": dice.choice(Project.Kind.values), "starts_on": day(), "pact": dice.choice(pacts)}
        for n in range(SIZES[Project])
    ])  # fmt: skip
    make(Money, [
        {"project": one, "kind": dice.choice(["budget", "spent"]), "amount": dice.randrange(9_000),
         "period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}
        for one in projects for year in [dice.randrange(2016, 2026)]
    ])  # fmt: skip
    sessions = []
    for n, place in enumerate(places):
        laboratory = Laboratory.objects.create(city=city, name=f"Laboratorio {n}", opened_on=FIRST)
        laboratory.neighbourhoods.set([place])
        moments = [datetime(year, 5, 1, 18, tzinfo=UTC) for year in range(2016, 2026)]
        sessions += make(Session, [{"laboratory": laboratory, "starts_at": moment} for moment in moments])
    make(Attendance, [
        {"session": sessions[n % len(sessions)], "person_key": f"{n % 8_999:064d}"} for n in range(SIZES[Attendance])
    ])  # fmt: skip


def figures() -> bool:
    """Each figure against the same SQL by hand; says whether all together keep the goal, in one statement each."""
    scope = Scope(City.objects.get(slug=TOWN), UNTIL)
    session = psycopg2.connect(**connections[ALIAS].get_connection_params() | {"cursor_factory": None})
    session.autocommit = True
    counted = [one for one in INDICATORS.values() if not one.derived]
    ours, theirs, single = 0.0, 0.0, True
    for one in counted:
        sql, params = statement(one), given(one, scope)

        def by_hand(sql: str = sql, params: dict = params) -> None:
            with session.cursor() as cursor:
                cursor.execute(sql, params)
                cursor.fetchall()

        with CaptureQueriesContext(connections[ALIAS]) as asked:
            found = cells(one, scope)
        single &= len(asked) == 1
        rounds = [(once(lambda one=one: cells(one, scope)), once(by_hand)) for _ in range(ROUNDS)]
        mine, hand = median(a for a, _ in rounds), median(b for _, b in rounds)
        ours, theirs = ours + mine, theirs + hand
        print(f"  {one.slug}: {mine:.0f} ms against {hand:.0f} ms, {len(found.found):,} cells", flush=True)
    session.close()
    met = ours / theirs <= GOAL and single
    print(
        f"figures: {len(counted)} of them over {sum(SIZES.values()):,} records in {ours / 1000:.1f} s, "
        f"{ours / theirs:.2f} x the same SQL in a session that stays open, one statement each: {single} "
        f"({verdict(met)}: goal {GOAL} x, one statement)"
    )
    return met
