"""Growth: what a record costs in cities of a thousand to a million; a box, a tile and a page of the same records."""

from functools import partial
from statistics import median

from bench.data import EAST_BY, HUGE, LARGE, MIDDLING, SMALL
from bench.exporting import read_through
from bench.goals import Report
from bench.measures import alternate, find_reach, times
from bench.server import Client, forget_peak, memory, workers_of
from bench.statements import Session
from bench.tiling import MIDDLE, address_of
from commons.models import Building
from mapping.layers import LAYERS
from mapping.query import Query


def growth(report: Report, port: int, pid: int, rounds: int) -> None:
    costs, workers = {}, workers_of(pid)
    for city in (SMALL, MIDDLING, LARGE, HUGE):
        number = Building.objects.filter(city__slug=city).count()
        if not number:
            report.say(f"growth: there is no city {city} in this run")
            continue
        for _ in range(2 * len(workers)):  # each has streamed before it is measured
            read_through(port, f"/layers/buildings.geojson?city={LARGE}&use_status=disused")
        for worker in workers:
            forget_peak(worker)
        before = {worker: memory(worker) for worker in workers}
        path, often = f"/layers/buildings.geojson?city={city}", 7 if number < 50_000 else 2
        found = [read_through(port, path) for _ in range(often)]
        growth = max(memory(worker, "VmHWM") - before[worker] for worker in workers)
        took = median(one[1] for one in found)
        costs[number] = took / number * 1e6
        report.say(
            f"growth: {number:,} records in {took:.3f} s, {costs[number]:.1f} µs each, first byte after "
            f"{median(one[0] for one in found) * 1000:.0f} ms, a worker grew by {growth:.1f} MB"
        )
        if number >= 1_000_000:
            report.at_most("growth", "growth of a worker, the whole layer of a million", growth, 10, "MB")
    large = [cost for number, cost in costs.items() if number >= 10_000]
    if len(large) > 1:
        report.at_most("growth", "a record of the largest city, against 10,000", large[-1] / large[0], 1.2)
    if max(costs) >= 1_000_000:
        alike(report, port, rounds)


def alike(report: Report, port: int, rounds: int) -> None:
    """The same box, tile and page in the huge city and in the large one, of which the huge one has copies."""
    (x, y), reach = MIDDLE, find_reach(Session(), 500)
    queries = [
        Query(LAYERS["buildings"], city=city, bbox=(x - reach + east, y - reach, x + reach + east, y + reach))
        for city, east in ((LARGE, 0.0), (HUGE, EAST_BY * 5))
    ]
    boxes = [query.address("geojson") for query in queries]
    first = [Query(LAYERS["buildings"], city=city, limit=100) for city in (LARGE, HUGE)]
    deep = [query.address("geojson", key_at(query.city, 0.9)) for query in first]
    works = {"box of 500": boxes, "page at 90 %": deep}
    for z in (13, 15):
        works[f"tile of zoom {z}"] = [
            f"/tiles/buildings/{z}/{'/'.join(map(str, address_of(x + east, y, z)))}.mvt?city={city}"
            for city, east in ((LARGE, 0.0), (HUGE, EAST_BY * 5))
        ]
    for name, (small, huge) in works.items():
        clients = [Client(port, path) for path in (small, huge)]
        found = alternate({n: partial(one.get) for n, one in zip(("large", "huge"), clients, strict=True)}, rounds // 3)
        report.at_most("growth", f"{name}, of 1,000,000 against 100,000", times(found["huge"], found["large"]), 1.1)


def key_at(city: str, part: float) -> int:
    """The key of the record after this part of a city's."""
    rows = Building.objects.filter(city__slug=city).order_by("pk")
    return rows.values_list("pk", flat=True)[int(rows.count() * part)]
