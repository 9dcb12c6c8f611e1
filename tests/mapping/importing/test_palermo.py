"""The register of Palermo: each row is a proposal or a pact by the state it tells, and no person is named."""

import csv
import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from commons.models import FormalAct, Pact, Proposal, Step
from mapping.importing import parties
from mapping.importing.messages import SENTENCES
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Placement
from people.models import Organisation

pytestmark = pytest.mark.django_db

STATE, GROUP, KIND = "Stato di avanzamento", "Rappresentante", "Proponente"


@pytest.fixture
def register(shared_data):
    return shared_data / "palermo/palermo_patti_2025-08-18.csv"


def bring(path, tmp_path, *options):
    """The report of an import."""
    report = tmp_path / "report.json"
    with suppress(CommandError):
        call_command("import_source", "palermo-register", str(path), "--report", str(report), *options)
    return json.loads(report.read_text())


def counts(report):
    names = ("rows_in", "created", "updated", "unchanged", "rejected", "gone")
    return {name: report[name] for name in names if report[name]}


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def edited(path, tmp_path, **states):
    """A copy of the register with other states: row identifier → state."""
    rows, copy = rows_of(path), tmp_path / "palermo_patti_2025-12-01.csv"
    for row in rows:
        row[STATE] = states.get(f"r{row['Id']}", row[STATE])
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return copy


def everything_stored():
    """All that the import wrote, as one text."""
    found = []
    for model in (Proposal, Pact, Organisation, Step, FormalAct):
        names = [f.name for f in model._meta.concrete_fields if f.name not in {"place", "label_point"}]
        found += [str(row) for row in model.objects.order_by("pk").values(*names)]
    return "\n".join(found)


def test_42_proposals_and_9_pacts_come_in_with_source_licence_and_a_recorded_step(register, tmp_path):
    report = bring(register, tmp_path)
    assert (report["error"], report["applied"], report["city_created"]) == (None, True, True)
    assert counts(report) == {"rows_in": 51, "created": 51}
    assert (Proposal.objects.count(), Pact.objects.count()) == (42, 9)
    for model in (Proposal, Pact):
        assert set(model.objects.values_list("source", "licence", "attribution")) == {
            ("palermo-register", "CC-BY-4.0", "Comune di Palermo")
        }
        assert model.objects.public().count() == model.objects.count()
    assert set(Step.objects.values_list("move", "source_state", "role", "actor")) == {
        ("recorded", "", "importer", None)
    }
    assert Step.objects.count() == 51
    assert all("palermo_patti_2025-08-18.csv" in note for note in Step.objects.values_list("note", flat=True))


def test_the_states_follow_the_table_and_the_report_says_how(register, tmp_path, capsys):
    report = bring(register, tmp_path)
    states = {
        state: Proposal.objects.filter(state=state).count() for state in ("under_review", "needs_changes", "rejected")
    }
    assert states == {"under_review": 17, "needs_changes": 11, "rejected": 14}
    assert sorted(Pact.objects.values_list("state", flat=True)) == ["reporting"] * 3 + ["signed"] * 6
    assert report["mapping"]["state"] == STATE and report["mapping"]["name"] == "Titolo proposta"
    assert report["identity"] == "column:Id"
    printed = capsys.readouterr().out
    assert all(state in printed for state in {row[STATE] for row in rows_of(register)})


def test_the_typed_area_stands_beside_a_place_without_loaded_boundaries(register, tmp_path):
    bring(register, tmp_path)
    one = Proposal.objects.get(source_id="001")
    assert one.typed_area == "Tribunali-Castellammare, Castellammare o Loggia, I"
    assert (one.placement, one.neighbourhood) == (Placement.NO_BOUNDARIES, None)
    assert not Proposal.objects.filter(typed_area="").exists() and not Pact.objects.filter(typed_area="").exists()
    assert not Proposal.objects.filter(place=None).exists()


def test_a_natural_person_is_never_named_and_the_kind_is_kept(register, tmp_path):
    report = bring(register, tmp_path)
    persons = [row for row in rows_of(register) if row[KIND].strip().casefold() == "persona fisica"]
    assert len(persons) == 6
    for row in persons:
        proposal = Proposal.objects.get(source_id=row["Id"])
        assert proposal.people_involved.casefold() == "persona fisica"
        assert not proposal.proposers.exists() and not proposal.contact_name
        assert not row[GROUP].strip() or row[GROUP].strip() not in everything_stored()
    assert {row["id"] for row in report["rows"] if row["code"] == "person-not-named"} == {"049"}


def test_a_representative_that_may_be_a_person_is_left_out_and_said(register, tmp_path):
    report = bring(register, tmp_path)
    left_out = {row["id"] for row in report["rows"] if row["code"] == "group-not-named"}
    assert {"006", "008", "017", "028", "038"} <= left_out
    stored = everything_stored()
    for row in rows_of(register):
        assert row["Id"] not in left_out or row[GROUP].strip() not in stored
    assert Proposal.objects.get(source_id="003").proposers.get().name == "Associazione Culturale Ignazio Florio"
    assert Proposal.objects.get(source_id="013").proposers.get().kind == "business"


@pytest.mark.parametrize(
    ("name", "kind", "published"),
    [
        ("Mario Rossi", "Associazione", False),
        ("Dott. Mario Rossi, Associazione Aiuole", "Associazione", False),
        ("Mario Rossi", "Persona fisica", False),
        ("Associazione Aiuole", "Persona Fisica", False),
        ("Verde s.r.l.", "Società", True),
        ("Comitato Aiuole", "Comitato civico", True),
        ("", "Associazione", False),
    ],
)
def test_only_what_says_that_it_is_a_body_is_published(name, kind, published):
    assert bool(parties.publishable(name, kind)[0]) is published


def test_photos_links_and_the_offices_remarks_are_not_stored(register, tmp_path):
    report = bring(register, tmp_path)
    assert {"Foto", "googlemaps", "geouri"} <= set(report["unused_columns"])
    stored = everything_stored()
    for word in ("image.jpg", "maps.google", "geo:38", "Diniego", "Follari", "Caselli", "Ciralli"):
        assert word not in stored


def test_the_acts_that_a_row_names_are_recorded_and_what_is_missing_is_said(register, tmp_path):
    report = bring(register, tmp_path)
    acts = {(a.pact.source_id, a.body, a.number, str(a.date)) for a in FormalAct.objects.select_related("pact")}
    assert acts == {
        ("004-patto", "manager", "9817", "2024-07-16"), ("004-patto", "manager", "3075", "2025-02-27"),
        ("007-patto", "manager", "6217", "2024-05-06"), ("031-patto", "manager", "9818", "2024-07-16"),
        ("037-patto", "giunta", "363", "2024-12-19"),
    }  # fmt: skip
    without = {row["id"] for row in report["rows"] if row["code"] == "register-without-act"}
    assert without == {"012-patto", "024-patto", "027-patto", "045-patto", "047-patto"}
    assert str(Pact.objects.get(source_id="027-patto").signed_on) == "2025-04-24"
    assert all(pact.signatures.filter(side="civic").count() == 1 for pact in Pact.objects.all())
    assert {row["code"] for row in report["rows"]} <= set(SENTENCES)


def test_a_dry_run_writes_nothing_not_even_the_city(register, tmp_path):
    report = bring(register, tmp_path, "--dry-run")
    assert counts(report) == {"rows_in": 51, "created": 51} and not report["applied"]
    assert not City.objects.filter(slug="palermo").exists()
    assert not Proposal.objects.exists() and not Step.objects.exists() and not Organisation.objects.exists()


def test_a_second_run_changes_nothing(register, tmp_path):
    bring(register, tmp_path)
    before = everything_stored()
    assert counts(bring(register, tmp_path)) == {"rows_in": 51, "unchanged": 51}
    assert everything_stored() == before


def test_a_state_that_changes_in_the_file_is_recorded_beside_the_first(register, tmp_path):
    bring(register, tmp_path)
    report = bring(edited(register, tmp_path, r001="Respinta"), tmp_path)
    assert counts(report) == {"rows_in": 51, "updated": 1, "unchanged": 50}
    steps = Proposal.objects.get(source_id="001").steps.all()
    assert [(s.source_state, s.target_state) for s in steps] == [("", "under_review"), ("under_review", "rejected")]
    assert "2025-12-01" in steps[1].note


def test_a_proposal_whose_row_becomes_a_pact_is_approved_and_linked_to_it(register, tmp_path):
    bring(register, tmp_path)
    copy = edited(register, tmp_path, r001="Patto stipulato")
    assert counts(bring(copy, tmp_path)) == {"rows_in": 51, "created": 1, "unchanged": 50}
    proposal = Proposal.objects.get(source_id="001")
    assert (proposal.state, proposal.pact.source_id, proposal.pact.state) == ("approved", "001-patto", "signed")
    assert proposal.uid != proposal.pact.uid
    assert counts(bring(copy, tmp_path)) == {"rows_in": 51, "unchanged": 51}
    back = bring(register, tmp_path)
    assert counts(back) == {"rows_in": 51, "unchanged": 50, "rejected": 1}
    assert {row["code"] for row in back["rows"] if row["outcome"] == "rejected"} == {"register-backwards"}


def test_what_has_been_moved_here_keeps_its_state(register, tmp_path, django_user_model, capsys):
    bring(register, tmp_path)
    boss = django_user_model.objects.create_superuser("boss", "boss@example.org", "a long enough password")
    Proposal.objects.get(source_id="002").advance("reopen", by=boss, note="Nuovi fatti.")
    report = bring(edited(register, tmp_path, r002="In attesa di integrazione"), tmp_path)
    assert report["error"] is None and counts(report) == {"rows_in": 51, "unchanged": 51}
    assert Proposal.objects.get(source_id="002").state == "under_review"


def test_a_state_that_is_not_in_the_table_rejects_its_row_only(register, tmp_path):
    report = bring(edited(register, tmp_path, r005="Chissà"), tmp_path)
    assert counts(report) == {"rows_in": 51, "created": 50, "rejected": 1}
    assert [(r["id"], r["code"]) for r in report["rows"] if r["outcome"] == "rejected"] == [("005", "value-not-known")]


def test_a_file_without_the_registers_columns_is_refused_whole(tmp_path):
    path = tmp_path / "altro.csv"
    path.write_text("Id,Lat.,Long.,Titolo proposta\n1,38.1,13.3,Uno\n")
    report = bring(path, tmp_path)
    assert report["error"]["code"] == "column-unknown" and not City.objects.exists()
