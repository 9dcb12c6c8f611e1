"""Doors of streets come in like every layer, and are found; they are no layer themselves."""

import pytest
from django.core.management import call_command

from mapping.layers import LAYERS
from neighbourhoods.models import Address

pytestmark = pytest.mark.django_db


def test_a_file_of_doors_is_read_by_its_usual_columns_and_found(client, town, tmp_path):
    file = tmp_path / "civici.csv"
    file.write_text("id,odonimo,civico,lat,lon\n1,Via Po,12,45.0682,7.692\n2,Via Po,12/A,45.0683,7.693\n3,Via Po,7,,\n")
    for _time in range(2):
        call_command("import_layer", "addresses", str(file), city="torino", verbosity=0)
    assert sorted(map(str, Address.objects.all())) == ["Via Po 12", "Via Po 12/A"]
    hits = client.get("/torino/search.json?q=via po 12a").json()["hits"]
    assert (hits[0]["name"], hits[0]["point"]) == ("Via Po 12/A", [7.693, 45.0683])
    door = Address.objects.get(number="12")
    answer = client.get(f"/id/{door.uid}")
    assert answer.status_code == 302 and answer["Location"].startswith("/torino/?bbox=7.690500,")
    assert "addresses" not in LAYERS and client.get("/layers/addresses.geojson").status_code == 404
