"""What goes out comes back: every layer in every format, imported again, changes nothing."""

import zipfile
from pathlib import Path

import pytest

from mapping.formats import FORMATS
from mapping.importing.run import Request, run
from mapping.layers import LAYERS
from tests.mapping.test_formats import fetch, rich  # noqa: F401

pytestmark = pytest.mark.django_db


def sublayers(path: Path) -> list[str | None]:
    """The Shapefiles of an archive where there are several, which are imported one by one."""
    if path.suffix != ".zip":
        return [None]
    with zipfile.ZipFile(path) as archive:
        found = sorted(name.removesuffix(".shp") for name in archive.namelist() if name.endswith(".shp"))
    return found if len(found) > 1 else [None]


def back(path: Path, slug: str, **more: object) -> list:
    crs = "EPSG:32632" if "EPSG32632" in path.name and path.suffix in {".csv", ".xlsx"} else None
    return [run(Request(slug, path, city="torino", sublayer=one, crs=crs, **more)) for one in sublayers(path)]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("slug", LAYERS)
def test_an_exported_layer_comes_back_unchanged(rich, fetch, slug, suffix):  # noqa: F811
    for params in [{}, {"crs": "EPSG:32632"}] if FORMATS[suffix].any_crs else [{}]:
        reports = back(fetch(slug, suffix, city="torino", **params), slug)
        for report in reports:
            assert report.error is None, str(report.error)
            rows = [(r.code, r.params) for r in report.remarks if r.code not in {"geometry-absent"}]
            assert (report.created, report.updated, report.rejected) == (0, 0, 0), (report.as_json(rows=20), rows)
        assert sum(report.unchanged for report in reports) == LAYERS[slug].queryset().count()
