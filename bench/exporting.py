"""W3: the whole layer of the large city, streamed, against COPY by hand; and as a GeoPackage, against ogr2ogr."""

import http.client
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from django.db import connection

from bench.data import LARGE
from bench.goals import Report
from bench.measures import once
from bench.reading import fetch
from bench.server import forget_peak, memory, workers_of
from bench.statements import PUBLISHED, Session, copied
from mapping.formats import FORMATS
from neighbourhoods.models import City

ROUNDS = 3


class Sink:
    """Counts what is written to it."""

    size = 0

    def write(self, part: bytes) -> int:
        self.size += len(part)
        return len(part)


def read_through(port: int, path: str) -> tuple[float, float, int]:
    """Seconds to the first byte and to the last, and how many bytes; nothing is kept."""
    asked = http.client.HTTPConnection("127.0.0.1", port)
    start = time.perf_counter()
    asked.request("GET", path)
    answer = asked.getresponse()
    size, first = len(answer.read(1)), time.perf_counter() - start
    while part := answer.read1(1 << 20):
        size += len(part)
    asked.close()
    return first, time.perf_counter() - start, size


def export(report: Report, port: int, pid: int, plain: int, number: int) -> None:
    """The whole layer: time, first byte, memory of a worker."""
    path, session = f"/layers/buildings.geojson?city={LARGE}", Session()
    collection = json.loads(fetch(port, path))
    if len({one["id"] for one in collection["features"]}) != number:
        raise SystemExit(f"W3: {collection['numberReturned']} of {number}")
    del collection
    statement, workers = copied(City.objects.get(slug=LARGE).pk), workers_of(pid)
    for _ in range(2 * len(workers)):  # each has done this once before it is measured
        read_through(port, path)
    for worker in workers:
        forget_peak(worker)
    before = {worker: memory(worker) for worker in workers}
    ours, hand = [], []
    for _ in range(ROUNDS):
        ours.append(read_through(port, path))
        with session.connection.cursor() as cursor:
            hand.append(once(lambda cursor=cursor: cursor.copy_expert(statement, Sink())) / 1000)
    growth = max(memory(worker, "VmHWM") - before[worker] for worker in workers)
    took = median(one[1] for one in ours)
    report.say(f"W3: {number:,} records, {ours[0][2] / 1e6:.0f} MB in {took:.2f} s; COPY by hand {median(hand):.2f} s")
    report.at_most("W3", "export of the whole layer, against COPY by hand", took / median(hand), 0.9)
    report.at_most("W3", "first byte", median(one[0] for one in ours) * 1000, 10, "ms")
    report.at_most("W3", "growth of a worker", growth, 10, "MB")
    theirs = once(lambda: fetch(plain, f"/buildings?city={LARGE}")) / 1000
    report.at_least("W3", "against djangorestframework-gis", theirs / took, 30)
    report.at_most("growth", f"a record of {number:,}, streamed", took / number * 1e6, 12, "µs")
    package(report, port, len(workers))


def package(report: Report, port: int, workers: int) -> None:
    """The GeoPackage of the same layer against ogr2ogr of the distribution."""
    program = shutil.which("ogr2ogr")
    if "gpkg" not in FORMATS or not program:
        report.say("GeoPackage: " + ("ogr2ogr is not installed" if "gpkg" in FORMATS else "not offered yet"))
        return
    there = connection.get_connection_params()
    words = {name: there.get(name) for name in ("dbname", "host", "port", "user", "password")}
    source = "PG:" + " ".join(f"{name}='{value}'" for name, value in words.items() if value)
    path, ours, theirs = f"/layers/buildings.gpkg?city={LARGE}", [], []
    for _ in range(2 * workers):
        read_through(port, path)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            ours.append(read_through(port, path)[1])
            target = Path(folder) / f"{number}.gpkg"
            sql = PUBLISHED.format(city=City.objects.get(slug=LARGE).pk)
            command = [program, "-f", "GPKG", str(target), source, "-sql", sql]
            theirs.append(once(lambda command=command: subprocess.run(command, check=True, capture_output=True)) / 1000)
    report.say(f"GeoPackage: ours {median(ours):.2f} s, ogr2ogr {median(theirs):.2f} s")
    report.at_most("files", "GeoPackage, against ogr2ogr", median(ours) / median(theirs), 0.45)
