"""Every layer in every format and coordinate system holds what the database holds, record by record."""

import json
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiLineString, MultiPoint, Polygon

from mapping.catalogue import crs_list
from mapping.formats import FORMATS
from mapping.formats.rows import names
from mapping.layers import LAYERS
from tests import factories as make
from tests.mapping.exported import Records, read, value

pytestmark = pytest.mark.django_db
NO_DIFFERENCE = {"csv", "xlsx", "zip"}  # where an empty text and a missing value look the same
SYSTEMS = ("CRS84", "EPSG:32632", "EPSG:3003")


@pytest.fixture
def rich(town):
    """The small town with every kind of geometry and every kind of text."""
    town.city.crs = [32632, 3003]
    town.city.save()
    hole = Polygon(((7.6, 45.0), (7.7, 45.0), (7.7, 45.1), (7.6, 45.1), (7.6, 45.0)),
                   ((7.64, 45.04), (7.66, 45.04), (7.66, 45.06), (7.64, 45.06), (7.64, 45.04)))  # fmt: skip
    make.BuildingFactory(name="=1+1", address="", owner="-5", place=hole, floor_area=2_147_483_647)
    make.BuildingFactory(
        name='Più "punti"\n, e\tcosì; via', owner="'=x", place=MultiPoint(make.point(), make.point(7.7))
    )
    make.BuildingFactory(name="<b>&amp;</b> 😀 ß", description="x" * 300, owner=" spazi ", how_to_ask="1,5")
    twice = MultiLineString(make.line((7.6, 45.0), (7.61, 45.0)), make.line((7.62, 45.0), (7.63, 45.0)))
    make.StreetFactory(name="Via Doppia", place=twice)
    make.StreetFactory(name="Via Sola", place=MultiLineString(make.line((7.6, 45.0), (7.61, 45.0))))
    return town


@pytest.fixture
def fetch(client, tmp_path):
    """`fetch("buildings", "gpkg", crs="EPSG:3003")`: the path of the downloaded file."""

    def get(slug: str, suffix: str, **params: str) -> Path:
        response = client.get(f"/layers/{slug}.{suffix}", params)
        body = response.getvalue()
        assert response.status_code == 200, body[:500]
        assert response["Content-Type"].partition(";")[0] == FORMATS[suffix].media_type.partition(";")[0]
        path = tmp_path / f"{slug}-{params.get('crs', '').replace(':', '')}.{suffix}"
        path.write_bytes(body)
        return path

    return get


def stored(slug: str) -> dict[str, tuple[dict, GEOSGeometry | None]]:
    """What the database has, by the paths of the allow-list."""
    layer = LAYERS[slug]
    paths = {attribute.name: attribute.path for attribute in layer.published}
    rows = layer.queryset().values("uid", layer.geometry, *paths.values())
    if layer.current is not None:
        rows = rows.filter(layer.current)
    return {row["uid"]: ({name: row[path] for name, path in paths.items()}, row[layer.geometry]) for row in rows}


def same_place(said: shapely.Geometry | None, wanted: GEOSGeometry | None, system: str, single: bool) -> bool:
    if wanted is None or said is None:
        return wanted is said
    code = 4326 if system == "CRS84" else int(system[5:])
    there = shapely.from_wkb(bytes(wanted.transform(code, clone=True).wkb if code != 4326 else wanted.wkb))
    if single and hasattr(there, "geoms") and len(there.geoms) == 1:
        there = there.geoms[0]
    tolerance = 1e-6 if code == 4326 else 0.001
    return said.equals_exact(there, tolerance) or said.normalize().equals_exact(there.normalize(), tolerance)


def same_value(suffix: str, kind: str, said: object, wanted: object) -> bool:
    if kind == "array":
        return (json.loads(said) if isinstance(said, str) else said) == wanted
    if kind in {"string", "uri"}:
        if suffix in NO_DIFFERENCE and not wanted:
            return not said
        if suffix in {"csv", "xlsx"}:
            return said in {wanted, f"'{wanted}"}
        if suffix == "zip" and wanted:
            return said == wanted.encode()[:254].decode(errors="ignore").strip(" ")
        if suffix == "kml" and wanted:
            return said.strip() == wanted.strip()
        return said == wanted
    if kind == "date-time":
        return abs(value(kind, said) - wanted.timestamp()) < 0.001
    return value(kind, said) == wanted


def compare(slug: str, suffix: str, found: Records, system: str = "CRS84") -> None:
    layer, wanted = LAYERS[slug], stored(slug)
    assert set(found) == set(wanted)
    assert wanted
    for uid, (properties, geometry) in wanted.items():
        said, place = found[uid]
        assert same_place(place, geometry, system, suffix == "zip"), (uid, place, geometry)
        for attribute in layer.published:
            kind = attribute.type
            assert same_value(suffix, kind, said[attribute.name], properties[attribute.name]), (
                attribute.name, said[attribute.name], properties[attribute.name],
            )  # fmt: skip
        assert said["url"].endswith(f"/torino/{slug}/{uid}/")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("slug", LAYERS)
def test_a_file_holds_what_the_database_holds(rich, fetch, slug, suffix):
    for system in SYSTEMS if FORMATS[suffix].any_crs else SYSTEMS[:1]:
        assert system in crs_list()
        found = read(fetch(slug, suffix, **({} if system == "CRS84" else {"crs": system})), names(LAYERS[slug]))
        compare(slug, suffix, found, system)
