"""Large files: read within the limits, or refused with a sentence."""

import json
import math
import resource
import time

import pytest

from mapping.importing import child
from mapping.importing.run import Request, run
from tests.factories import CityFactory
from tests.mapping.importing import files

pytestmark = pytest.mark.slow


def test_a_hundred_megabytes_are_read_within_the_memory_of_the_child(tmp_path):
    path = tmp_path / "grande.geojson"
    with path.open("w") as out:
        out.write('{"type":"FeatureCollection","features":[')
        for number in range(400_000):
            place = (7.6 + number % 1000 / 1e4, 45 + number % 991 / 1e4)
            one = files.feature(place, id=str(number), nome=f"Edificio numero {number}", note="x" * 100)
            out.write(("," if number else "") + json.dumps(one))
        out.write("]}")
    assert path.stat().st_size > 80_000_000
    assert len(child.read(path).records) == 400_000
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_500_000


def test_a_file_that_needs_more_memory_than_there_is_gets_a_sentence(tmp_path):
    path = tmp_path / "enorme.geojson"
    path.write_text('{"type":"FeatureCollection","features":[' + ",".join(["[[],[],[],[],[]]"] * 9_000_000) + "]}")
    with pytest.raises(child.ImportRefused) as caught:
        child.read(path)
    assert caught.value.code in {"too-large-to-read", "reader-failed", "reader-out-of-time"}


@pytest.mark.django_db
def test_a_polygon_of_a_million_vertices_is_rejected_in_seconds(tmp_path):
    CityFactory()
    turns = [2 * math.pi * n / 1_000_000 for n in range(1_000_000)]
    ring = [[7.68 + 0.05 * math.cos(turn), 45.07 + 0.05 * math.sin(turn)] for turn in turns]
    path = files.geojson(
        tmp_path / "a.geojson", files.feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, nome="Tondo")
    )
    begun = time.monotonic()
    report = run(Request(layer="buildings", path=path))
    assert [remark.code for remark in report.remarks] == ["geometry-too-long"]
    assert time.monotonic() - begun < 30
