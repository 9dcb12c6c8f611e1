"""Undoing an import: every table as it was, and never somebody's later work lost."""

import pytest
from django.db import connection

from commons.models import Building, Pact, Proposal
from mapping.importing.run import Request, run
from mapping.intake.journal import begin, end, install_journal
from mapping.intake.undo import CannotUndo, edited_since, reason_against, undo
from mapping.models import ImportRun
from neighbourhoods.models import Neighbourhood, Partition
from tests.factories import BuildingFactory, CityFactory, NeighbourhoodFactory, PartitionFactory, UserFactory
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db
ONE = files.feature(id="a", nome="Uno", stato="in disuso")
TWO = files.feature((7.7, 45.1), id="b", nome="Due")


@pytest.fixture(autouse=True)
def torino():
    return CityFactory()


@pytest.fixture
def bring(tmp_path):
    def bring(layer, *features, name="registro.geojson", **options):
        report = run(Request(layer=layer, path=files.geojson(tmp_path / name, *features), **options))
        assert report.error is None, str(report.error)
        return report.run

    return bring


def digest(model):
    """All rows of a table, as the database writes them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM {model._meta.db_table} t")
        return cursor.fetchone()[0]


def test_what_was_changed_gets_every_value_back(bring):
    bring("buildings", ONE, TWO)
    before = digest(Building)
    other = files.feature((7.69, 45.08), id="a", nome="Uno", stato="riusato")
    second = bring("buildings", other, files.feature((7.7, 45.1), id="b", nome="Due bis"), mapping={"name": "nome"})
    assert (second.report["updated"], second.changes.count()) == (2, 2)
    assert digest(Building) != before
    undo(second, UserFactory())
    assert digest(Building) == before
    second.refresh_from_db()
    assert second.undone_at
    assert second.undone_by


def test_what_was_new_is_withdrawn_and_answers_as_gone(bring, client):
    first = bring("buildings", ONE, TWO)
    undo(first, None)
    assert Building.objects.public().count() == 0
    assert client.get(f"/id/{Building.objects.first().uid}").status_code == 410
    assert bring("buildings", ONE, TWO).report["updated"] == 2
    assert Building.objects.public().count() == 2, "the same file again brings them back, with the same uid"


def test_records_that_were_withdrawn_come_back(bring):
    bring("buildings", ONE, TWO)
    before = digest(Building)
    second = bring("buildings", ONE, close_missing=True)
    assert second.report["gone"] == 1
    undo(second, None)
    assert digest(Building) == before


def test_an_import_is_not_undone_when_somebody_has_worked_on_it_since(bring):
    first = bring("buildings", ONE, TWO)
    building = Building.objects.get(source_id="a")
    building.description = "una nota dell'ufficio"
    building.save()
    before = digest(Building)
    assert [(one.uid, one.name) for one in edited_since(first)] == [(building.uid, "Uno")]
    with pytest.raises(CannotUndo):
        undo(first, None)
    assert digest(Building) == before
    building.description = ""
    building.save()
    assert edited_since(first) == [], "an edit that was taken back is none"


def test_imports_are_undone_from_the_last_one_backwards(bring):
    first = bring("buildings", ONE)
    second = bring("buildings", files.feature((7.69, 45.08), id="a", nome="Uno"))
    with pytest.raises(CannotUndo):
        undo(first, None)
    undo(second, None)
    undo(first, None)
    with pytest.raises(CannotUndo):
        undo(first, None)
    assert reason_against(first.__class__.objects.get(pk=first.pk))


def test_a_state_goes_back_by_a_step_that_says_so(bring):
    row = {"id": "p1", "nome": "Patto dei giardini"}
    bring("pacts", files.feature(**row, stato="firmato"))
    second = bring("pacts", files.feature(**row, stato="attivo"))
    assert Pact.objects.get().state == "active"
    undo(second, None)
    pact = Pact.objects.get()
    assert pact.state == "signed"
    assert [step.target_state for step in pact.steps.order_by("pk")] == ["signed", "active", "signed"]
    assert "registro.geojson" in pact.steps.order_by("pk").last().note


def test_boundaries_go_back_to_those_that_were_replaced(bring, torino):
    old = PartitionFactory(city=torino, schematic=True)
    NeighbourhoodFactory(city=torino, partition=old, code="1", half=0.05)
    building = BuildingFactory(city=torino)
    before = digest(Neighbourhood)
    area = files.feature(files.square(half=0.02), id="z", cod="7", nome="Zona 7")
    official = bring("neighbourhoods", area, name="zone.geojson")
    building.refresh_from_db()
    assert building.neighbourhood.code == "7"
    undo(official, None)
    building.refresh_from_db()
    assert building.neighbourhood.code == "1"
    assert Partition.objects.get(current=True) == old
    assert Partition.objects.get(current=True).valid_to is None
    assert not torino.turn(torino.today())[1], "the calendar does not bring it back"
    Neighbourhood.objects.filter(code="7").delete()
    assert digest(Neighbourhood) == before
    assert bring("neighbourhoods", area, name="zone.geojson").report["created"] == 1


def test_a_dry_run_and_ordinary_work_keep_nothing(bring):
    bring("buildings", ONE, dry_run=True)
    BuildingFactory()
    assert not ImportRun.objects.filter(changes__isnull=False).exists()
    assert reason_against(ImportRun.objects.get())


def test_what_is_personal_is_not_kept(torino):
    author = UserFactory()
    proposal = Proposal.objects.create(city=torino, author=author, name="Orto", contact_email="anna@example.org")
    install_journal()
    number = begin()
    Proposal.objects.filter(pk=proposal.pk).update(name="Orto nuovo")
    end()
    ImportRun.objects.create(pk=number, layer="proposals", city=torino, applied=True)
    change = ImportRun.objects.get(pk=number).changes.get()
    assert change.before["name"] == "Orto"
    assert not {"contact_email", "author_id"} & set(change.before)
    undo(ImportRun.objects.get(pk=number), None)
    proposal.refresh_from_db()
    assert (proposal.name, proposal.contact_email, proposal.author) == ("Orto", "anna@example.org", author)
