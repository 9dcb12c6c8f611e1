"""Asking by key gives the same records as asking by name."""

import pytest

from mapping.formats import tiles
from mapping.keys import by_keys
from mapping.layers import LAYERS
from mapping.query import Query
from tests import factories as make
from tests.conftest import counted


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"city": "torino"},
        {"city": "atlantide"},
        {"city": "torino", "filters": {"neighbourhood": ("San Salvario",)}},
        {"city": "torino", "filters": {"neighbourhood": ("San Salvario", "Nowhere")}},
        {"city": "torino", "filters": {"neighbourhood": ("Nowhere",)}},
        {"filters": {"neighbourhood": ("San Salvario",)}},
        {"city": "torino", "q": "scuola", "filters": {"neighbourhood": ("San Salvario",), "use_status": ("unused",)}},
        {"city": "torino", "filters": {"could_host": ("culture",)}},
    ],
    ids=str,
)
def test_keys_find_what_names_find(town, asked):
    query = Query(LAYERS["buildings"], **asked)
    assert set(by_keys(query).values_list("pk", flat=True)) == set(query.rows().values_list("pk", flat=True))


def test_a_territory_of_another_city_that_is_called_the_same_is_not_meant(town):
    other = make.CityFactory(slug="altrove", name="Altrove")
    make.NeighbourhoodFactory(city=other, name="San Salvario")
    query = Query(LAYERS["buildings"], city="altrove", filters={"neighbourhood": ("San Salvario",)})
    assert not by_keys(query).exists()


def test_the_statement_reads_one_table(town):
    query = Query(LAYERS["buildings"], city="torino", filters={"neighbourhood": ("San Salvario",)})
    rows = by_keys(query)
    assert rows.exists()
    with counted() as statements:
        list(rows.values_list("pk"))
    assert len(statements) == 1 and "JOIN" not in statements[0]


def test_every_filter_by_another_table_is_of_one_whose_changes_a_tile_notices():
    for layer in LAYERS.values():
        for attribute in layer.filters.values():
            key, _, name = attribute.path.partition("__")
            if name:
                model = layer.queryset().model._meta.get_field(key).related_model
                assert model._meta.db_table in tiles.NAMES, (layer.slug, attribute.name)


def test_a_tile_notices_that_a_territory_is_called_otherwise(client, town):
    def found(name: str) -> int:
        return client.get("/tiles/buildings/0/0/0.geojson", {"city": "torino", "neighbourhood": name}).status_code

    assert (found("San Salvario"), found("Borgo")) == (200, 204)
    type(town.west).objects.filter(name="San Salvario").update(name="Borgo")
    assert (found("San Salvario"), found("Borgo")) == (204, 200)
