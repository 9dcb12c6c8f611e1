"""The measurements: each prints its figures and says whether the goal is met."""

import gzip
import http.client
import json
import time
from collections.abc import Callable
from statistics import median, quantiles

from django.db import connection

from bench.data import LARGE
from bench.server import Client, forget_peak, memory, workers_of
from bench.statements import Session, by_hand, questions, same
from mapping.formats.rows import CHUNK
from mapping.layers import LAYERS
from mapping.query import Query

GOAL = 1.20
FLAT = 25  # MB that a worker may grow by while it streams a layer of any length
LARGEST = 200_000  # bytes of a compressed answer to the map
WARM_UP, REPEATS = 40, 20  # every thread of the server opens its connection and remembers its statement


def features(body: bytes) -> dict[str, dict]:
    return {one["id"]: one for one in json.loads(body)["features"]}


def compare(name: str, query: Query, client: Client, session: Session) -> int:
    """Decodes what the program sends and what the statement by hand says; raises unless every feature is the same."""
    served, wanted = features(client.body()), features(session.read(*by_hand(query))[0])
    if served != wanted:
        different = [uid for uid in wanted if served.get(uid) != wanted[uid]][:1]
        raise SystemExit(f"{name}: the answers differ, first in {different}")
    return len(served)


def once(target: Callable[[], object]) -> float:
    start = time.perf_counter()
    target()
    return (time.perf_counter() - start) * 1000


def alternate(targets: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[list[float]]]:
    """The milliseconds of each target in each round. A round runs one target after the other, REPEATS times each, and
    begins with another one every time."""
    names, found = list(targets), {name: [] for name in targets}
    for name in names:
        for _ in range(WARM_UP):
            targets[name]()
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found[name].append([once(targets[name]) for _ in range(REPEATS)])
    return found


def times(mine: list[list[float]], theirs: list[list[float]]) -> float:
    """How many times as long: the median of the rounds' ratios of medians, so that a busy moment meets both."""
    return median(median(one) / median(other) for one, other in zip(mine, theirs, strict=True))


def undisturbed(mine: list[list[float]], theirs: list[list[float]]) -> float:
    """The same of the quickest tenth: what a machine with nothing else to do would show."""
    quick = [quantiles([one for turn in rounds for one in turn], n=10)[0] for rounds in (mine, theirs)]
    return quick[0] / quick[1]


def find_reach(session: Session, wanted: int) -> float:
    """Half the side, in degrees, of a box round the middle of the city that holds about so many buildings."""
    reach = 0.0005
    sql = (
        "SELECT count(*) FROM commons_building b JOIN neighbourhoods_city c ON c.id = b.city_id WHERE c.slug = %s AND "
    )
    while session.read(sql + "place && ST_Expand(ST_Point(7.675, 45.07, 4326), %s)", (LARGE, reach))[0] < wanted:
        reach *= 1.03
    return reach


def latency(port: int, rounds: int) -> bool:
    """W1 and W2: one request against the same statement and the one by hand in an open session."""
    session, good = Session(), True
    for name, query in questions((7.675, 45.07), find_reach(session, 500)).items():
        path = query.address("geojson")
        plain, packed = Client(port, path), Client(port, path, gzip=True)
        number = compare(name, query, plain, session)
        head, body = plain.get()[0], plain.body()
        tag = next(line for line in head.decode().split("\r\n") if line.lower().startswith("etag"))
        known = Client(port, path, headers=f"If-None-Match: {tag.split(': ', 1)[1]}\r\n")
        mine, hand = same(query), by_hand(query)
        found = alternate(
            {
                "request": plain.get,
                "the same statement": lambda mine=mine: session.read(*mine),
                "by hand": lambda hand=hand: session.read(*hand),
                "request, gzip": packed.get,
                "request, 304": known.get,
            },
            rounds,
        )
        ratio = times(found["request"], found["the same statement"])
        good &= ratio <= GOAL
        print(f"{name}: {number} features, {len(body):,} bytes, {len(packed.body()):,} compressed; all compared")
        for what, rounds_of in found.items():
            middle = median(one for turn in rounds_of for one in turn)
            against = times(rounds_of, found["the same statement"]), times(rounds_of, found["by hand"])
            print(f"  {what:20} {middle:8.2f} ms  {against[0]:5.2f} x same  {against[1]:5.2f} x by hand")
        quick = undisturbed(found["request"], found["the same statement"])
        print(f"  {verdict(ratio <= GOAL)}: {ratio:.2f} x the same statement ({quick:.2f} undisturbed), goal {GOAL}")
    return good


def stream(port: int, pid: int) -> bool:
    """The whole layer of the large city: first byte, time, and how much the workers grow."""
    path, workers, good = f"/layers/buildings.geojson?city={LARGE}", workers_of(pid), True
    session = Session()
    sql = "SELECT count(*) FROM commons_building b JOIN neighbourhoods_city c ON c.id = b.city_id WHERE c.slug = %s"
    (number,) = session.read(sql, (LARGE,))
    for accept in ("", "gzip"):
        for worker in workers:
            forget_peak(worker)
        before = {worker: memory(worker) for worker in workers}
        asked = http.client.HTTPConnection("127.0.0.1", port)
        start = time.perf_counter()
        asked.request("GET", path, headers={"Accept-Encoding": accept} if accept else {})
        answer = asked.getresponse()
        first, first_at = answer.read(1), time.perf_counter() - start
        body = first + answer.read()
        took = time.perf_counter() - start
        growth = max(memory(worker, "VmHWM") - before[worker] for worker in workers)
        decoded = gzip.decompress(body) if accept else body
        collection = json.loads(decoded)
        assert len({one["id"] for one in collection["features"]}) == collection["numberReturned"] == number
        good &= growth <= FLAT
        print(
            f"Whole layer{', gzip' if accept else ''}: {number:,} features, {len(body) / 1e6:.1f} MB in {took:.2f} s, "
            f"first byte after {first_at * 1000:.0f} ms, a worker grew by at most {growth:.1f} MB from "
            f"{max(before.values()):.0f} ({verdict(growth <= FLAT)}: goal {FLAT})"
        )
        statement_time = statements_of_stream(session)
        print(f"  its statements alone in an open session: {statement_time:.2f} s, ratio {took / statement_time:.2f}")
    return good


def statements_of_stream(session: Session) -> float:
    """The time of the statements of the whole layer, one after the other, and nothing done with their bytes."""
    from dataclasses import replace

    query, start = Query(LAYERS["buildings"], city=LARGE), time.perf_counter()
    with session.connection.cursor() as cursor:
        while True:
            cursor.execute(*same(query))
            _, _, count, last, *_ = cursor.fetchone()
            if count < CHUNK:
                return time.perf_counter() - start
            query = replace(query, after=last)


TILES = """
SELECT z, floor((ST_X(p) + 180) / 360 * 2 ^ z)::int AS x,
  floor((1 - asinh(tan(radians(ST_Y(p)))) / pi()) / 2 * 2 ^ z)::int AS y, count(*) AS n
FROM generate_series(10, 17) AS z, (SELECT label_point AS p FROM {table} WHERE label_point IS NOT NULL) AS t
GROUP BY 1, 2, 3
"""


def busiest_tiles() -> list[str]:
    """For each layer and each zoom from 10 to 17, the twelve tiles with most in them."""
    found = []
    for layer in LAYERS.values():
        table = layer.queryset().model._meta.db_table
        with connection.cursor() as cursor:
            ranked = f"SELECT *, row_number() OVER (PARTITION BY z ORDER BY n DESC) AS rank FROM ({TILES}) AS t"
            cursor.execute(f"SELECT z, x, y FROM ({ranked.format(table=table)}) AS r WHERE rank <= 12")
            tiles = cursor.fetchall()
        found += [f"/tiles/{layer.slug}/{z}/{x}/{y}.geojson?city={LARGE}" for z, x, y in tiles if z >= layer.zoom[0]]
    return found


def map_answers() -> list[str]:
    """What the map page loads: itself, its list, its ground as whole layers, its tiles, its drawing."""
    box = "bbox=7.66,45.05,7.69,45.09"
    page = f"/{LARGE}/"
    ground = [
        f"/layers/{s}.geojson?city={LARGE}&zoom={z}"
        for s in ("neighbourhoods", "districts", "waters")
        for z in range(8, 19)
    ]
    pages = [
        page,
        f"{page}?{box}",
        f"{page}?{box}&fragment=list",
        f"{page}?fragment=list&page=3",
        f"/map.svg?city={LARGE}&{box}",
    ]
    return [*pages, *ground, *busiest_tiles(), "/layers.json", f"/layers.json?city={LARGE}"]


def sizes(port: int) -> bool:
    """The largest compressed answer to the map."""
    found = []
    for path in map_answers():
        asked = http.client.HTTPConnection("127.0.0.1", port)
        start = time.perf_counter()
        asked.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = asked.getresponse()
        body = answer.read()
        if answer.status not in {200, 204}:
            raise SystemExit(f"{path}: {answer.status} {body[:200]!r}")
        found.append((len(body), (time.perf_counter() - start) * 1000, path))
        asked.close()
    found.sort(reverse=True)
    print(f"Answers to the map: {len(found)}; the largest, compressed:")
    for size, milliseconds, path in found[:8]:
        print(f"  {size:9,} bytes  {milliseconds:6.0f} ms  {path}")
    slow = sorted(((ms, path) for _, ms, path in found), reverse=True)[:3]
    print("  the slowest: " + "; ".join(f"{ms:.0f} ms {path}" for ms, path in slow))
    print(f"  {verdict(found[0][0] <= LARGEST)}: goal {LARGEST:,} bytes")
    return found[0][0] <= LARGEST


def verdict(met: bool) -> str:
    return "goal met" if met else "GOAL MISSED"
