"""Columns and identifiers: guessed, said, remembered; and our own exports come back to the same records."""

import pytest

from commons.models import Building
from mapping.importing.columns import guess, resolve
from mapping.importing.messages import ImportRefused
from mapping.importing.run import Request, run
from mapping.importing.targets import TARGETS
from mapping.models import ImportRun
from tests.factories import BuildingFactory, CityFactory
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def torino():
    return CityFactory()


@pytest.fixture
def table(tmp_path):
    """`table(text, layer="buildings", **options)`: write a CSV and import it."""

    def table(text, layer="buildings", name="registro.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return run(Request(layer=layer, path=path, **options))

    return table


@pytest.mark.parametrize(
    ("layer", "columns", "mapping"),
    [
        ("buildings", ["Denominazione", "Indirizzo", "Proprietà"], {"name": "Denominazione", "address": "Indirizzo"}),
        ("buildings", ["nome_ente", "nome"], {"name": "nome"}),
        (
            "pacts",
            ["Titolo proposta", "Stato di avanzamento"],
            {"name": "Titolo proposta", "state": "Stato di avanzamento"},
        ),
        ("neighbourhoods", ["COD_AREAST", "NOMEAREAST", "COD_QUARTI"], {"code": "COD_AREAST", "name": "NOMEAREAST"}),
        ("districts", ["NCIRCO", "DENOM"], {"code": "NCIRCO", "name": "DENOM"}),
        ("houses", ["orari_apertura", "sito web"], {"opening_hours": "orari_apertura", "website": "sito web"}),
    ],
)
def test_columns_are_guessed_by_their_names(layer, columns, mapping):
    found = guess(TARGETS[layer], columns)
    assert mapping.items() <= found.items()
    assert len(set(found.values())) == len(found), "no column is used twice"


def test_what_is_said_wins_and_a_field_can_be_left_out():
    target, columns = TARGETS["buildings"], ["nome", "titolo", "via"]
    assert resolve(target, columns, {"name": "titolo"}, {}, None)["name"] == "titolo"
    assert "address" not in resolve(target, columns, {"address": ""}, {}, None)
    assert resolve(target, columns, {}, {"name": "via"}, None)["name"] == "via"
    assert resolve(target, columns, {}, {}, {"name": "titolo"}) == {"name": "titolo"}


@pytest.mark.parametrize("said", [{"colour": "nome"}, {"name": "nessuna"}])
def test_a_field_or_column_that_is_not_there_is_refused(said):
    with pytest.raises(ImportRefused):
        resolve(TARGETS["buildings"], ["nome"], said, {}, None)


def test_every_column_that_is_not_used_is_named(table):
    report = table("nome,lat,lon,protocollo,note interne\nUno,45.07,7.68,1,x\n")
    assert report.unused_columns == ["protocollo", "note interne"]


def test_the_match_of_columns_is_remembered_for_files_with_the_same_columns(table):
    text = "sigla,titolo_atto,lat,lon\nA1,Uno,45.07,7.68\nA2,Due,45.08,7.69\n"
    table(text, mapping={"name": "sigla", "description": "titolo_atto"}, id_column="sigla")
    again = table(text)
    assert again.mapping == {"name": "sigla", "description": "titolo_atto"}
    assert (again.identity, again.unchanged) == ("column:sigla", 2)
    other = table(text.replace("titolo_atto", "titolo"))
    assert other.mapping["name"] == "titolo", "other columns are guessed anew"


def test_a_dry_run_is_not_remembered(table):
    text = "sigla,titolo,lat,lon\nA1,Uno,45.07,7.68\n"
    table(text, mapping={"name": "sigla"}, dry_run=True)
    assert table(text).mapping["name"] == "titolo"
    assert ImportRun.objects.count() == 2


@pytest.mark.parametrize(
    ("header", "first", "second", "identity"),
    [
        ("cod_bene,nome", "B1,Uno", "B2,Due", "column:cod_bene"),
        ("asset_id,nome", "1,Uno", "2,Due", "column:asset_id"),
        ("NUMERO,nome", "1,Uno", "2,Due", "column:NUMERO"),
        ("cod,id,nome", "B,1,Uno", "B,2,Due", "column:id"),
        ("objectid,nome", "1,Uno", "2,Due", "name"),
        ("cartodb_id,fid,gid,nome", "1,1,1,Uno", "2,2,2,Due", "name"),
        ("cod,nome", "B,Uguale", "B,Uguale", "content-hash"),
        ("cod,nome", ",Uno", "2,Due", "name"),
    ],
)
def test_identifiers_are_columns_made_for_it_and_unique_else_names_else_the_content(
    table, header, first, second, identity
):
    report = table(f"{header},lat,lon\n{first},45.07,7.68\n{second},45.08,7.69\n")
    assert (report.identity, report.created) == (identity, 2)


def test_an_identifier_that_was_said_must_be_there_and_filled(table):
    assert table("nome,lat,lon\nUno,45.07,7.68\n", id_column="codice").error.code == "column-unknown"
    report = table("sigla,nome,lat,lon\n,Uno,45.07,7.68\nB,Due,45.07,7.68\n", id_column="sigla")
    assert [remark.code for remark in report.remarks] == ["id-missing"]


def test_the_same_row_twice_is_one_record(table):
    report = table("nome,lat,lon\nUno,45.07,7.68\nUno,45.07,7.68\n")
    assert (report.created, report.rejected, report.remarks[0].code) == (1, 1, "id-duplicate")


def test_codes_keep_their_zeros_and_whole_numbers_have_no_point(tmp_path):
    path = files.geojson(
        tmp_path / "a.geojson", files.feature(cod="01", nome="Uno"), files.feature(cod=2.0, nome="Due")
    )
    run(Request(layer="buildings", path=path))
    assert set(Building.objects.values_list("source_id", flat=True)) == {"01", "2"}


def test_our_own_geojson_comes_back_to_the_same_records(tmp_path, client):
    one = BuildingFactory(name="Uno")
    BuildingFactory(name="Due", place=None)
    path = tmp_path / "buildings.geojson"
    path.write_bytes(client.get("/layers/buildings.geojson").getvalue())
    report = run(Request(layer="buildings", path=path))
    assert report.error is None, str(report.error)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    path.write_text(path.read_text().replace('"Uno"', '"Uno bis"'))
    assert run(Request(layer="buildings", path=path)).updated == 1
    one.refresh_from_db()
    assert (one.name, one.source, Building.objects.count()) == ("Uno bis", "", 2)


def test_our_own_csv_comes_back_to_the_same_records(tmp_path, client):
    BuildingFactory(name="=1+1", description="Con; punto e virgola")
    path = tmp_path / "buildings.csv"
    path.write_bytes(client.get("/layers/buildings.csv").getvalue())
    report = run(Request(layer="buildings", path=path, crs="EPSG:4326"))
    assert report.error is None, str(report.error)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
