"""The picture of a neighbourhood with a thousand buildings, against the SQL that reads what is on it."""

import random
import re
import uuid
from statistics import median
from xml.etree import ElementTree

import shapely
from django.db import connection, transaction

from bench.data import EAST, NORTH, SOUTH, WEST, footprint, geos, grid, in_batches, territories
from bench.goals import Report
from bench.measures import alternate, times, undisturbed
from bench.processor import is_busy, of_server, of_session
from bench.server import Client
from bench.statements import Session
from commons.models import Building
from mapping.frame import Frame
from mapping.layers import LAYERS
from mapping.svg import ENVELOPE
from neighbourhoods.models import City, Neighbourhood, Street
from neighbourhoods.vocabulary import PartitionKind, Role

QUARTER, ZONE, NUMBER, GOAL = "rione", "Zona 45", 1_000, 3.0
SIZE = (800, 600)
# What is on the picture, as text: the buildings of the neighbourhood; outlines as fine as they are drawn, streets and
# waters in the frame.
READ = """
SELECT (SELECT string_agg(ST_AsGeoJSON(b.place, 6, 0), ',' ORDER BY b.id) FROM commons_building b
    WHERE b.neighbourhood_id = %(zone)s AND b.visibility = 'public' AND b.place && {box}),
  (SELECT string_agg(ST_AsGeoJSON(o.{outline}, 6, 0), ',' ORDER BY n.id) FROM neighbourhoods_neighbourhood n
    JOIN neighbourhoods_partition p ON p.id = n.partition_id AND p.role = 'primary' AND p.current
    JOIN neighbourhoods_outline o ON o.neighbourhood_id = n.id
    WHERE n.city_id = %(city)s AND n.visibility = 'public' AND n.boundary && {box}),
  (SELECT string_agg(ST_AsGeoJSON(s.place, 6, 0), ',' ORDER BY s.id) FROM neighbourhoods_street s
    WHERE s.city_id = %(city)s AND s.visibility = 'public' AND s.place && {box}),
  (SELECT string_agg(ST_AsGeoJSON(w.place, 6, 0), ',' ORDER BY w.id) FROM neighbourhoods_water w
    WHERE w.city_id = %(city)s AND w.visibility = 'public' AND w.place && {box})
"""


def load_quarter() -> None:
    """A city whose middle neighbourhood has a thousand buildings and its streets."""
    dice = random.Random(45)
    envelope = geos(shapely.box(WEST - 0.1, SOUTH - 0.1, EAST + 0.1, NORTH + 0.1))
    city = City.objects.create(slug=QUARTER, name="Rione", envelope=envelope, crs=[32632])
    cell = shapely.buffer(list(grid(10, 9))[44], -0.0015)
    west, south, east, north = cell.bounds
    spots: list[tuple[float, float]] = []
    while len(spots) < NUMBER:
        x, y = dice.uniform(west, east), dice.uniform(south, north)
        if cell.contains(shapely.Point(x, y)):
            spots.append((x, y))
    states = Building.UseStatus.values
    in_batches(
        Building(
            city=city, uid=str(uuid.UUID(int=dice.getrandbits(128), version=4)), name=f"Edificio {n}",
            use_status=dice.choice(states), source="bench", source_id=str(n), attribution="Bench",
            place=geos(footprint(dice, x, y)),
        )
        for n, (x, y) in enumerate(spots)
    )  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL mappa.relocate = 'later'")
        territories(city, Role.PRIMARY, PartitionKind.NEIGHBOURHOOD, 10, 9)
        territories(city, Role.DISTRICT, PartitionKind.DISTRICT, 4, 2)
    Street.objects.bulk_create(
        Street(
            city=city, name=f"Via {n}", place=geos(shapely.LineString([(x, y), (x + 0.002, y), (x + 0.003, y + 0.001)]))
        )
        for n, (x, y) in enumerate(spots[:150])
    )
    zone = Neighbourhood.objects.get(city=city, partition__role=Role.PRIMARY, name=ZONE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL mappa.relocating = 'yes'")
        cursor.execute("UPDATE commons_building SET neighbourhood_id = %s WHERE city_id = %s", (zone.pk, city.pk))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def shown(body: bytes) -> tuple[int, int, int]:
    """How many buildings a picture counts, how many outlines and how many streets it has."""
    root = ElementTree.fromstring(body)
    inside = {one.get("class") or one.get("id"): one for one in root.iter("{http://www.w3.org/2000/svg}g")}
    alone = len(inside["marks building"]) if "marks building" in inside else 0
    many = sum(int(text.text or 0) for text in inside.get("counts", ()))
    return alone + many, len(inside["outlines"]), len(inside.get("streets", ()))


def drawing(report: Report, port: int, pid: int, rounds: int) -> None:
    """Every worker and thread sends the same bytes, which hold every record; then the time of both. Where others work
    on this machine, what is waited for is not counted: the time of the processors tells what a drawing costs."""
    city = City.objects.get(slug=QUARTER)
    zone = Neighbourhood.objects.get(city=city, partition__role=Role.PRIMARY, name=ZONE)
    west, south, east, north = zone.boundary.extent
    said = ",".join(f"{number:.5f}" for number in (west, south, east, north))
    path = f"/map.svg?city={QUARTER}&neighbourhood={ZONE.replace(' ', '%20')}&layers=buildings&bbox={said}"
    frame = Frame.around(tuple(map(float, said.split(","))), *SIZE)
    outline = LAYERS["neighbourhoods"].stored(frame.zoom).removeprefix("outline__")
    hand = (READ.format(box=ENVELOPE.format_map(frame.numbers), outline=outline), {"zone": zone.pk, "city": city.pk})
    session = Session()
    bodies = {Client(port, path).body() for _ in range(16)}
    if len(bodies) != 1:
        raise SystemExit(f"drawing: {len(bodies)} different pictures of the same data")
    (body,) = bodies
    read = session.read(*hand)
    wanted = tuple(len(re.findall(b'"type"', text or b"")) for text in read[:3])
    if shown(body) != wanted or wanted[0] != NUMBER:
        raise SystemExit(f"drawing: the picture shows {shown(body)}, the tables hold {wanted}")
    ours = Client(port, path)
    tag = re.search(rb"(?i)etag: (\S+)", ours.get()[0])[1].decode()
    known = Client(port, path, headers=f"If-None-Match: {tag}\r\n")
    found = alternate({"ours": ours.get, "by hand": lambda: session.read(*hand), "304": known.get}, rounds)
    spent = of_server(pid, session, ours.get), of_session(session, lambda: session.read(*hand))
    ratio = times(found["ours"], found["by hand"])
    middle = {what: median(one for turn in turns for one in turn) for what, turns in found.items()}
    report.say(
        f"Drawing: {NUMBER:,} buildings, {wanted[1]} outlines, {wanted[2]} streets, {len(body):,} bytes, 16 times the "
        f"same; geometries by hand {middle['by hand']:.2f} ms, ours {middle['ours']:.2f}, 304 {middle['304']:.2f}, "
        f"undisturbed {undisturbed(found['ours'], found['by hand']):.2f} ×, {ratio:.2f} × on the clock; "
        f"of a processor {spent[1]:.2f} and {spent[0]:.2f}, {spent[0] / spent[1]:.2f} ×"
    )
    work = "/map.svg of a neighbourhood, against reading its geometries"
    if is_busy():
        report.at_most("drawing", f"{work}, time of the processors", spent[0] / spent[1], GOAL)
    else:
        report.at_most("drawing", work, ratio, GOAL)
