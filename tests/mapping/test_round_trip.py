"""What goes out comes back: every layer in every format, imported again, changes nothing."""

import zipfile
from pathlib import Path

import numpy
import pytest
import shapely
from pyogrio import raw

from commons.models import Building, House
from mapping.formats import FORMATS
from mapping.importing.report import Report
from mapping.importing.run import Request, run
from mapping.importing.targets import TARGETS
from mapping.layers import LAYERS
from tests import factories as make
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
    system = path.stem.rpartition("-EPSG")[2] if "-EPSG" in path.stem and path.suffix in {".csv", ".xlsx"} else ""
    crs = f"EPSG:{system}" if system else None
    return [run(Request(slug, path, city="torino", sublayer=one, crs=crs, **more)) for one in sublayers(path)]


def unchanged(path: Path, slug: str) -> None:
    reports = back(path, slug)
    for report in reports:
        assert report.error is None, str(report.error)
        assert (report.created, report.updated, report.rejected) == (0, 0, 0), report.as_json(rows=20)
    assert sum(report.unchanged for report in reports) == LAYERS[slug].queryset().count()


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("slug", ["neighbourhoods", "buildings"])
def test_an_exported_layer_comes_back_unchanged(rich, fetch, slug, suffix):  # noqa: F811
    unchanged(fetch(slug, suffix, city="torino"), slug)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("slug", [slug for slug in LAYERS if slug in TARGETS])
def test_every_layer_comes_back_unchanged_from_every_format_and_system(rich, fetch, slug, suffix):  # noqa: F811
    for system in ("CRS84", "EPSG:32632", "EPSG:3003") if FORMATS[suffix].any_crs else ("CRS84",):
        unchanged(fetch(slug, suffix, city="torino", **({} if system == "CRS84" else {"crs": system})), slug)


def edited_in_qgis(path: Path, change: dict[str, dict], drop: str = "", add: dict | None = None) -> Path:
    """Saves a GeoPackage as QGIS would: rows in another order with new fids, single geometries as collections, a column
    of its own, days as moments; with some values changed, a row dropped, a row added."""
    layer = path.stem.split("-")[0]
    meta, _fids, geometries, columns = raw.read(path, layer=layer)
    fields = [str(name) for name in meta["fields"]]
    rows = [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]
    places = [None if wkb is None else shapely.from_wkb(wkb) for wkb in geometries]
    pairs = [(row | change.get(row["id"], {}), place) for row, place in zip(rows, places, strict=True)]
    pairs = [(row, place) for row, place in reversed(pairs) if row["id"] != drop]
    if add:
        pairs.append((dict.fromkeys(fields) | add, shapely.Point(7.671, 45.051)))
    places = [row.pop("geometry", place) for row, place in pairs]
    collected = [collection(place) for place in places]
    out = path.with_name(f"{path.stem}-qgis.gpkg")
    types = {name: column.dtype for name, column in zip(fields, columns, strict=True)}
    data = [numpy.array([row[name] for row, _place in pairs], dtype=types[name]) for name in fields]
    data.append(numpy.arange(len(pairs), dtype="int64"))
    wkb = numpy.array([None if one is None else shapely.to_wkb(one) for one in collected], dtype=object)
    raw.write(
        out, wkb, data, [*fields, "area_qgis"], layer=layer, driver="GPKG", geometry_type="Unknown", crs=meta["crs"],
        gdal_tz_offsets={},
    )  # fmt: skip
    return out


def collection(place: shapely.Geometry | None) -> shapely.Geometry | None:
    if place is None or hasattr(place, "geoms"):
        return place
    return shapely.multipoints([place]) if place.geom_type == "Point" else (
        shapely.multilinestrings([place]) if place.geom_type == "LineString" else shapely.multipolygons([place])
    )  # fmt: skip


def preview(path: Path, slug: str, **more: object) -> Report:
    report = run(Request(slug, path, city="torino", dry_run=True, **more))
    assert report.error is None, str(report.error)
    return report


def test_saved_in_qgis_without_an_edit_nothing_changes(rich, fetch):  # noqa: F811
    report = preview(edited_in_qgis(fetch("buildings", "gpkg", city="torino"), {}), "buildings")
    assert (report.created, report.updated, report.rejected, report.gone) == (0, 0, 0, 0), report.as_json(rows=9)
    assert report.unchanged == Building.objects.public().count()
    assert report.identity == "column:id" and "area_qgis" in report.unused_columns


def test_of_what_was_edited_in_qgis_only_the_edited_rows_change_and_they_stay_themselves(rich, fetch):  # noqa: F811
    one, two, three = rich.buildings[:3]
    before = {row.uid: row.updated_at for row in Building.objects.all()}
    change = {
        one.uid: {"name": "Nuovo nome", "use_since": numpy.datetime64("2020-02-29", "D")},
        two.uid: {"geometry": shapely.Point(7.6789, 45.0567)},
    }
    path = edited_in_qgis(fetch("buildings", "gpkg", city="torino"), change, three.uid, {"name": "Aggiunto in QGIS"})
    report = preview(path, "buildings")
    assert (report.created, report.updated, report.rejected) == (1, 2, 0), report.as_json(rows=9)
    assert report.unchanged == len(before_public(before)) - 3
    done = run(Request("buildings", path, city="torino"))
    assert (done.created, done.updated, done.gone) == (1, 2, report.gone)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.name, str(one.use_since)) == ("Nuovo nome", "2020-02-29")
    assert (round(two.place.x, 6), two.place.geom_type) == (7.6789, "Point")
    moved = {row.uid for row in Building.objects.all() if before.get(row.uid) != row.updated_at}
    assert moved == {one.uid, two.uid, Building.objects.get(name="Aggiunto in QGIS").uid}
    assert Building.objects.filter(pk=three.pk).public().exists(), "what is not in the file is never deleted"
    again = run(Request("buildings", path, city="torino"))
    assert (again.created, again.updated) == (0, 0), "importing again changes nothing"


def before_public(before: dict) -> set[str]:
    return {uid for uid in before if Building.objects.public().filter(uid=uid).exists()}


def test_territories_keep_their_codes_and_their_identity(rich, fetch):  # noqa: F811
    path = edited_in_qgis(fetch("neighbourhoods", "gpkg", city="torino"), {rich.west.uid: {"name": "San Salvario Est"}})
    report = run(Request("neighbourhoods", path, city="torino"))
    assert (report.created, report.updated, report.unchanged) == (0, 1, 2), report.as_json(rows=9)
    rich.west.refresh_from_db()
    assert (rich.west.name, rich.west.code) == ("San Salvario Est", "01")


def test_what_is_computed_here_is_not_read_back(rich, fetch):  # noqa: F811
    one = rich.buildings[0]
    path = edited_in_qgis(
        fetch("buildings", "gpkg", city="torino"), {one.uid: {"neighbourhood": "Altrove", "url": "x", "city": "latina"}}
    )
    assert preview(path, "buildings").updated == 0


def test_a_proposal_whose_text_is_not_open_does_not_lose_it(rich, fetch):  # noqa: F811
    secret = rich.proposals[0]
    type(secret).objects.filter(pk=secret.pk).update(text_public=False, description="Non ancora aperto")
    report = run(Request("proposals", fetch("proposals", "gpkg", city="torino"), city="torino"))
    assert (report.error, report.updated) == (None, 0)
    secret.refresh_from_db()
    assert secret.description == "Non ancora aperto"


@pytest.mark.parametrize("suffix", ["zip", "csv", "xlsx", "kml"])
def test_an_edit_is_seen_in_a_format_that_loses_something(rich, fetch, suffix):  # noqa: F811
    path = fetch("houses", suffix, city="torino")
    House.objects.filter(pk=rich.house.pk).update(opening_hours="lun 9-12", services=["orto", "ciclofficina"])
    report = back(path, "houses", dry_run=True)[0]
    assert (report.created, report.updated, report.rejected) == (0, 1, 0), report.as_json(rows=9)


def test_formulas_are_restored(rich, fetch):  # noqa: F811
    make.BuildingFactory(name="Formule", owner="=SUM(A1)", how_to_ask="'@x", office="'=1")
    for suffix in ("csv", "xlsx"):
        path = fetch("buildings", suffix, city="torino", q="Formule")
        Building.objects.filter(name="Formule").update(owner="", how_to_ask="", office="")
        assert back(path, "buildings")[0].updated == 1
        one = Building.objects.get(name="Formule")
        assert (one.owner, one.how_to_ask, one.office) == ("=SUM(A1)", "'@x", "'=1")
