"""The report of what is wrong in a city's data: it finds each fault, leads to its remedy, and shows a desk its own."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from commons.desk.door import desk_of
from commons.models import Building, Proposal
from mapping.importing.run import Request, run
from mapping.quality.checks import ALIKE, CHECKS, MOST, grounds_of, things_of
from mapping.quality.report import as_csv, plan_of, read_report
from neighbourhoods.models import City, Neighbourhood
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.conftest import counted
from tests.town import territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(town):
    return make.AdministratorFactory(username="ada")


@pytest.fixture
def desk(town, administrator):
    return desk_of(administrator, town.city)


def found(desk, name: str) -> list[tuple[str, ...]]:
    (result,) = read_report(desk, name)
    assert result.count == len(result.findings) + result.more
    pairs = [(one.subject.name, one.other.name) if one.other else (one.subject.name,) for one in result.findings]
    return sorted(pairs)


def test_territories_that_overlap_are_named_with_how_much(desk, town):
    assert found(desk, "overlaps") == []
    territory(town.west.partition, "04", "Sopra", (7.675, 45.045, 7.685, 45.05))
    (result,) = read_report(desk, "overlaps")
    assert found(desk, "overlaps") == [("San Salvario", "Sopra"), ("Vanchiglia", "Sopra")]
    assert all(200_000 < one.amount < 240_000 for one in result.findings)
    assert 7.675 < result.findings[0].longitude < 7.685


def test_a_gap_between_territories_is_named_by_its_neighbours(desk, town):
    Neighbourhood.objects.filter(partition=town.west.partition).delete()
    ring = {"A": (7.60, 45.0, 7.63, 45.01), "B": (7.60, 45.02, 7.63, 45.03), "C": (7.60, 45.01, 7.61, 45.02),
            "D": (7.62, 45.01, 7.63, 45.02)}  # fmt: skip
    for code, box in ring.items():
        territory(town.west.partition, code, code, box)
    ((first, second),) = found(desk, "gaps")
    assert {first, second} < set(ring)
    (result,) = read_report(desk, "gaps")
    assert 800_000 < result.findings[0].amount < 900_000
    assert 7.61 < result.findings[0].longitude < 7.62


def test_slivers_of_rounding_are_no_overlap_and_no_gap(desk, town):
    territory(town.west.partition, "05", "Accanto", (7.70 - 1e-8, 45.04, 7.72, 45.06))
    assert found(desk, "overlaps") == []
    assert found(desk, "gaps") == []


def test_what_lies_outside_is_found(desk, town):
    make.BuildingFactory(name="Fuori", place=make.point(7.78, 45.15))
    make.StreetFactory(name="Via di altrove", place=make.line((8.5, 45.0), (8.6, 45.0)))
    said = {names[0] for names in found(desk, "outside")}
    assert {"Fuori", "Via di altrove"} <= said
    assert not said & {"Area verde", "Via Po"}


def test_one_thing_twice_is_found_and_rivals_for_a_place_are_not(desk, town):
    make.BuildingFactory(name="  ex Scuola PERCHE disused", x=7.6651, y=45.0451)
    make.BuildingFactory(name="Tutt'altro", place=make.box(7.675, 45.05, 7.685, 45.055))
    make.BuildingFactory(name="Ex scuola perché reused", place=None)
    make.BuildingFactory(name="Ex scuola perché underused", x=7.70, y=45.07)  # the same name, far away
    place = make.point(7.671, 45.051)
    for name in ("Orto", "Teatro"):
        make.ProposalFactory(name=name, state="under_review", place=place)
    pairs = [set(pair) for pair in found(desk, "duplicates")]
    assert {"  ex Scuola PERCHE disused", "Ex scuola perché disused"} in pairs
    assert {"Tutt'altro", "Area verde"} in pairs
    assert any(pair == {"Ex scuola perché reused"} for pair in pairs)
    assert not any({"Orto", "Teatro"} == pair for pair in pairs)
    assert not any(pair == {"Ex scuola perché underused"} for pair in pairs)


def test_what_has_no_place_and_what_nobody_touched_is_found(desk, town):
    assert ("Senza posto",) in found(desk, "unlocated")
    assert found(desk, "stale") == []
    Building.objects.filter(name="Area verde").update(updated_at=timezone.now() - timedelta(days=400))
    assert found(desk, "stale") == [("Area verde",)]
    (result,) = read_report(desk, "stale")
    assert result.findings[0].amount in {400, 401}


def test_a_drawing_that_is_not_valid_is_found_although_the_database_refuses_new_ones(desk, town):
    assert found(desk, "invalid") == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE commons_building DROP CONSTRAINT "
                       "commons_building_place_valid")  # fmt: skip
        cursor.execute("ALTER TABLE commons_building DISABLE TRIGGER USER")  # as its owner may; it would mend it
        bow = "POLYGON((7.66 45.05, 7.67 45.06, 7.67 45.05, 7.66 45.06, 7.66 45.05))"
        cursor.execute("UPDATE commons_building SET place = ST_GeomFromText(%s, 4326) WHERE name = 'Area verde'", [bow])
    assert found(desk, "invalid") == [("Area verde",)]


def test_drafts_stay_their_writers_own(desk, town):
    Proposal.objects.create(city=town.city, name="Bozza", author=make.UserFactory())
    assert ("Bozza",) not in found(desk, "unlocated")
    assert {layer.slug for layer in things_of(desk)} | {layer.slug for layer in grounds_of(desk)} >= {"pacts", "waters"}


def test_a_person_of_an_area_sees_what_lies_in_it(town):
    anna = make.UserFactory(username="anna")
    Grant.objects.create(user=anna, role=Role.ARCHITECT, city=town.city, territory=town.west)
    Building.objects.update(updated_at=timezone.now() - timedelta(days=400))
    mine = {name for (name,) in found(desk_of(anna, town.city), "stale")}
    assert "Area verde" in mine
    assert "Lungo Dora" not in mine
    assert mine < {one.name for one in Building.objects.all()}


def test_each_finding_leads_to_where_this_person_can_put_it_right(town, administrator):
    staff, reviewer = (make.UserFactory(username=name) for name in ("sara", "remo"))
    Grant.objects.create(user=staff, role=Role.STAFF, city=town.city)
    Grant.objects.create(user=reviewer, role=Role.REVIEWER, city=town.city)
    proposal = make.ProposalFactory(name="Ovunque", state="under_review", place=None)
    edits = {}
    for person in (administrator, staff, reviewer):
        (result,) = read_report(desk_of(person, town.city), "unlocated")
        edits[person.username] = {one.subject.name: one.subject.edit for one in result.findings}
        client = Client()
        client.force_login(person)
        for edit in filter(None, edits[person.username].values()):
            page = client.get(edit)
            assert page.status_code == 200, edit
            assert ("/admin/commons/" in page.content.decode()) == (person is administrator), edit
    assert edits["ada"] == edits["sara"]
    assert edits["sara"]["Senza posto"].startswith("/torino/desk/quality/buildings/")
    assert edits["remo"]["Senza posto"] == ""
    assert edits["remo"]["Ovunque"] == f"/torino/desk/proposals/{proposal.uid}/"


def test_the_page_is_for_the_desk_alone(client, town):
    assert client.get("/torino/desk/quality/").status_code == 302
    client.force_login(make.UserFactory(username="rosa"))
    assert client.get("/torino/desk/quality/").status_code == 403


def test_the_page_and_its_table_say_the_same(client, town, administrator, desk):
    make.BuildingFactory(name="=2+2", place=None)
    client.force_login(administrator)
    page = client.get("/torino/desk/quality/")
    assert page.headers["Cache-Control"] == "private, no-store"
    text = page.content.decode()
    for check in CHECKS:
        assert f'id="{check.name}"' in text
    assert "Senza posto" in text and "/torino/desk/quality/buildings/" in text
    answer = client.get("/torino/desk/quality/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + sum(result.count for result in read_report(desk))
    assert "'=2+2" in {row[3] for row in rows}
    assert as_csv(read_report(desk), "https://a.it").count("https://a.it/torino/desk/quality/") == len(rows) - 1
    assert client.get("/torino/desk/quality/?check=unlocated").status_code == 200
    assert client.get("/torino/desk/quality/?check=colours").status_code == 400
    assert "torino-quality.csv" in answer.headers["Content-Disposition"]


def test_the_drawing_has_a_spot_for_each_place(desk, town):
    territory(town.west.partition, "04", "Sopra", (7.675, 45.045, 7.685, 45.05))
    plan = plan_of(desk, read_report(desk, "overlaps"))
    assert sum(spot.count for spot in plan.spots) == 2
    assert all(0 <= spot.x <= plan.width and 0 <= spot.y <= plan.height for spot in plan.spots)
    assert len(plan.outlines) == 4


def test_many_findings_take_as_many_statements_as_none_and_are_counted_all(client, town, administrator):
    client.force_login(administrator)
    with counted() as few:
        client.get("/torino/desk/quality/")
    Building.objects.bulk_create(
        Building(city=town.city, name=f"Numero {number}", source_id=f"{number}", source="x")
        for number in range(MOST + 20)
    )
    with counted() as many:
        page = client.get("/torino/desk/quality/").content.decode()
    assert len(many) == len(few)
    (result,) = read_report(desk_of(administrator, town.city), "unlocated")
    assert len(result.findings) == MOST
    assert result.more >= 20
    assert str(result.count) in page


def test_the_command_says_the_same(town, desk, capsys):
    call_command("quality", "torino")
    said = capsys.readouterr().out
    assert "Senza posto" in said and "/torino/desk/quality/buildings/" in said
    call_command("quality", "torino", csv=True, check="unlocated")
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out.lstrip("\ufeff"))))
    assert len(rows) == 1 + len(found(desk, "unlocated"))
    with pytest.raises(CommandError):
        call_command("quality", "nowhere")


def test_a_name_that_many_have_is_no_duplicate(desk, town):
    for number in range(ALIKE + 1):
        make.BuildingFactory(name="Panchina", x=7.66 + number / 1e6)
    assert not [pair for pair in found(desk, "duplicates") if "Panchina" in pair]


@pytest.mark.parametrize(
    ("file", "city", "overlap", "gap"),
    [
        ("torino/torino_zone_statistiche.geojson", "torino", [], []),
        ("milano/milano_nil.geojson", "milano", [30, 32, 37, 65], [27]),
    ],
)
def test_official_boundaries_are_measured_as_they_are(db, shared_data, file, city, overlap, gap):
    """Those of Torino share their vertices; those of Milano overlap here and there by some square metres."""
    make.CityFactory(slug=city, envelope=make.box(7.5, 44.9, 9.4, 45.6))
    run(Request(layer="neighbourhoods", path=shared_data / file, city=city))
    desk = desk_of(make.AdministratorFactory(), City.objects.get(slug=city))
    overlaps, gaps = read_report(desk, "overlaps")[0], read_report(desk, "gaps")[0]
    assert sorted(one.amount for one in overlaps.findings) == overlap
    assert [one.amount for one in gaps.findings] == gap
