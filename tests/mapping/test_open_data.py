import pytest

from mapping.layers import LAYERS

pytestmark = pytest.mark.django_db(databases=["default", "public"])


@pytest.mark.parametrize("address", ["/data/", "/en/data/"])
def test_the_open_data_page_explains_every_layer_and_column(client, address):
    page = client.get(address).content.decode()
    for layer in LAYERS.values():
        assert f'href="/layers/{layer.slug}.geojson"' in page
        for attribute in layer.published:
            assert f"<code>{attribute.name}</code>" in page
