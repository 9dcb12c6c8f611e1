"""W4: vector tiles of the middle of the large city, where nothing is kept yet, against a tile of everything by hand."""

import math
from statistics import median

from bench.data import LARGE
from bench.goals import Report
from bench.measures import alternate, times
from bench.reading import fetch
from bench.server import Client
from bench.statements import TILE_BY_HAND, Session
from commons.models import Building
from mapping.formats.tiles import bounds
from neighbourhoods.models import City

MIDDLE = (7.675, 45.07)


def address_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of the tile that holds a place (OGC 17-083r4, annex E)."""
    return int((lon + 180) / 360 * 2**z), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)


def tiles(report: Report, port: int, rounds: int) -> None:
    """Zoom 13 and 15 as in the goals; and one where no tile clusters and the same shapes are sent, to look at."""
    city, session = City.objects.get(slug=LARGE), Session()
    for z, goal in ((13, 0.6), (15, 0.9), (18, 0)):
        x, y = address_of(*MIDDLE, z)
        path = f"/tiles/buildings/{z}/{x}/{y}.mvt?city={LARGE}"
        ours, hand = Client(port, path), (TILE_BY_HAND, (z, x, y, city.pk, z, x, y))
        west, south, east, north = bounds(z, x, y)
        held = Building.objects.filter(city=city, label_point__within=box(west, south, east, north)).count()
        if (counted := sum_of(fetch(port, path))) is not None and counted != held:
            raise SystemExit(f"W4: a tile of zoom {z} counts {counted} of {held}")
        found = alternate({"ours": ours.get, "by hand": lambda hand=hand: session.read(*hand)}, max(3, rounds // 5))
        theirs = median(one for turn in found["by hand"] for one in turn)
        report.say(
            f"W4 zoom {z}: {held:,} records; by hand {theirs:.1f} ms and {len(session.read(*hand)[0]):,} bytes, ours "
            f"{median(one for turn in found['ours'] for one in turn):.1f} ms and {len(ours.body()):,} bytes"
        )
        if goal:
            report.at_most(
                "W4", f"tile of zoom {z}, cold, against by hand", times(found["ours"], found["by hand"]), goal
            )


def box(west: float, south: float, east: float, north: float) -> object:
    from django.contrib.gis.geos import Polygon

    polygon = Polygon.from_bbox((west, south, east, north))
    polygon.srid = 4326
    return polygon


def sum_of(body: bytes) -> int | None:
    """What a tile counts; None where the library that decodes it is not installed."""
    try:
        import mapbox_vector_tile
    except ImportError:
        return None
    found = mapbox_vector_tile.decode(body)["buildings"]["features"]
    return sum(one["properties"].get("count", 1) for one in found if not one["properties"].get("part"))
