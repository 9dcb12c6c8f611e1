"""The texts that PostgreSQL keeps beside records say what would be written on the spot, byte for byte."""

from dataclasses import replace

import pytest
from django.db import connections
from django.db.migrations import AddField, AlterField, Migration

from commons.models import Building
from mapping import ready_text
from mapping.formats import geojson, rows
from mapping.layers import LAYERS
from mapping.ready_text import install_ready_texts, kept, make_way, runs, there
from tests import factories as make

BUILDINGS = LAYERS["buildings"]
AWKWARD = 'Ex "Opificio" \\ del\tPò\n\x01 ✿ %s {0}'


@pytest.fixture(autouse=True)
def forgotten():
    there.cache_clear()
    yield
    there.cache_clear()


def written(layer) -> list[bytes]:
    source, params = rows.inner(layer, layer.queryset().order_by("pk"))
    named = ", ".join(f"t.c{n} AS {rows.quoted(name)}" for n, name in enumerate(rows.names(layer)))
    said = geojson.feature(None, rows.properties(layer))
    with connections["public"].cursor() as cursor:
        cursor.execute(f"SELECT {said} FROM {source} CROSS JOIN LATERAL (SELECT {named}) AS p", params)
        return [text for (text,) in cursor.fetchall()]


@pytest.mark.django_db(databases=["default", "public"])
def test_every_layer_says_the_same_with_them_and_without(town, monkeypatch):
    make.BuildingFactory(city=town.city, name=AWKWARD, description=AWKWARD, use_since=None, floor_area=None)
    make.BuildingFactory(city=town.city, name="", use_since="0001-01-01", floor_area=0, neighbourhood=None)
    ready = {slug: written(layer) for slug, layer in LAYERS.items()}
    assert kept(BUILDINGS) == runs(BUILDINGS) and "ready_" in rows.properties(BUILDINGS)
    monkeypatch.setattr(rows, "kept", lambda layer: [])
    assert rows.properties(BUILDINGS) == geojson.WRITTEN
    assert ready == {slug: written(layer) for slug, layer in LAYERS.items()}
    assert sum(map(len, ready.values())) > len(LAYERS)


@pytest.mark.django_db(databases=["default", "public"])
def test_what_changes_in_a_record_changes_in_its_text():
    building = make.BuildingFactory(name="Prima")
    Building.objects.filter(pk=building.pk).update(name="Poi")
    assert ['"Poi"' in text and "Prima" not in text for text in written(BUILDINGS)] == [True]


def test_only_runs_of_plain_columns_of_the_record_are_kept():
    found = [[name for name, _, _ in run.fields] for run in runs(BUILDINGS)]
    assert [len(names) for names in found] == [11, 7]
    assert not any("neighbourhood" in names for names in found)
    assert "description" not in [name for run in runs(LAYERS["proposals"]) for name, _, _ in run.fields]


@pytest.mark.django_db(databases=["default", "public"])
def test_they_make_way_for_a_migration_and_come_back():
    first, *_ = run = kept(BUILDINGS)
    adding, altering = (Migration("a", "commons") for _ in range(2))
    adding.operations = [AddField("building", "storeys", None)]
    altering.operations = [AlterField("building", "name", None)]
    make_way([(adding, False)], LAYERS.values())
    assert kept(BUILDINGS) == run
    make_way([(altering, False)], LAYERS.values())
    assert kept(BUILDINGS) == [] and kept(LAYERS["houses"])
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = %s", [first.column])
        assert cursor.fetchone() == (0,)
    install_ready_texts(LAYERS.values())
    assert kept(BUILDINGS) == run


@pytest.mark.django_db(databases=["default", "public"])
def test_an_entry_that_changes_gets_other_columns(monkeypatch):
    fewer = replace(BUILDINGS, attributes=BUILDINGS.attributes[1:])
    before, others = kept(BUILDINGS), [layer for layer in LAYERS.values() if layer is not BUILDINGS]
    install_ready_texts([fewer, *others])
    assert kept(fewer) == runs(fewer) != before and kept(BUILDINGS) == before[1:]
    assert ready_text.MARK in before[0].column
    install_ready_texts(LAYERS.values())
    assert kept(BUILDINGS) == before
