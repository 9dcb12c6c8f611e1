"""Measures the running program on generated data, in a database of its own that is dropped afterwards.

`script/bench [PART …]`, all of them when none is named. Exit code 1 when a goal is missed. `--write` writes
`docs/performance.md` from the parts that compare with others: layers, pages, counts, tiles,
drawing, search, export, front, growth.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Collection
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
NAME = "mappa_bench"
OWN = ("latency", "stream", "map", "desk", "figures")
COMPARED = ("layers", "pages", "counts", "tiles", "drawing", "search", "export", "front", "growth")
PARTS = (*OWN, *COMPARED)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure the program on generated data.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all when none is named")
    parser.add_argument("--features", type=int, default=100_000, help="buildings of the large city (100000)")
    parser.add_argument("--rounds", type=int, default=25, help="rounds of alternating runs (25)")
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's workers (2)")
    parser.add_argument("--threads", type=int, default=4, help="threads of each (4)")
    parser.add_argument("--port", type=int, default=0, help="the port of loopback (a free one)")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use a kept one")
    chosen = parser.parse_args()
    if wrong := set(chosen.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(wrong))}; there are {', '.join(PARTS)}")
    return chosen


def prepare(parts: Collection[str], features: int) -> None:
    """The tables, and the data that these parts measure, where they are not there yet."""
    import django
    from django.core.management import call_command

    django.setup()
    from bench import cases, data, drawing, figuring
    from neighbourhoods.models import City

    call_command("migrate", verbosity=0)
    start = time.monotonic()
    if set(parts) - {"desk", "drawing", "figures"} and not City.objects.filter(slug=data.LARGE).exists():
        with data.without_search():
            data.load(features)
        print(f"{features:,} and 1,000 buildings made in {time.monotonic() - start:.0f} s")
    start = time.monotonic()
    if "growth" in parts and not City.objects.filter(slug=data.HUGE).exists():
        with data.without_search():
            data.grow()
        print(f"10,000 and ten times {features:,} buildings made in {time.monotonic() - start:.0f} s", flush=True)
    if "drawing" in parts and not City.objects.filter(slug=drawing.QUARTER).exists():
        drawing.load_quarter()
    start = time.monotonic()
    if "desk" in parts and not City.objects.filter(slug=cases.OFFICE).exists():
        cases.load_cases()
        print(f"20,000 proposals and 5,000 pacts with their histories made in {time.monotonic() - start:.0f} s")
    start = time.monotonic()
    if "figures" in parts and not City.objects.filter(slug=figuring.TOWN).exists():
        figuring.load_decade()
        print(f"ten years of a hundred neighbourhoods made in {time.monotonic() - start:.0f} s", flush=True)


def own(chosen: argparse.Namespace, port: int, parts: list[str]) -> list[bool]:
    """The program against itself: each part says whether its goal is met."""
    from bench.figuring import figures
    from bench.lifecycle import desk
    from bench.measures import latency, sizes, stream
    from bench.server import gunicorn

    if not parts:
        return []
    with gunicorn(port, chosen.workers, chosen.threads) as pid:
        measures = {
            "latency": lambda: latency(port, chosen.rounds),
            "stream": lambda: stream(port, pid),
            "map": lambda: sizes(port),
            "desk": lambda: desk(port),
            "figures": figures,
        }
        return [measures[part]() for part in parts]


def compared(chosen: argparse.Namespace, port: int, parts: list[str]) -> list[bool]:
    """The program against what others do with the same data."""
    from bench import drawing, exporting, finding, fronting, growing, reading, tiling
    from bench.front import free_port
    from bench.goals import Report
    from bench.server import gunicorn

    if not parts:
        return []
    report, plain = Report(), free_port()
    for part in parts:
        began = time.monotonic()
        print(f"{part}:", flush=True)
        with gunicorn(port, chosen.workers, chosen.threads) as pid, gunicorn(plain, 2, 1, plain=True):
            measures = {
                "layers": lambda: reading.layers(report, port, plain, chosen.rounds),
                "pages": lambda: reading.pages(report, port, chosen.rounds),
                "counts": lambda: reading.counts(report),
                "tiles": lambda: tiling.tiles(report, port, chosen.rounds),
                "drawing": lambda pid=pid: drawing.drawing(report, port, pid, chosen.rounds),
                "search": lambda pid=pid: finding.search(report, port, pid, chosen.rounds),
                "export": lambda pid=pid: exporting.export(report, port, pid, plain, chosen.features),
                "front": lambda: fronting.front(report, port),
                "growth": lambda pid=pid: growing.growth(report, port, pid, chosen.rounds),
            }
            measures[part]()
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
    if chosen.write:
        report.write()
    reached = sum(result.met for result in report.results)
    print(f"{reached} of {len(report.results)} goals reached")
    return [report.met]


def main() -> int:
    chosen = arguments()
    parts = chosen.parts or PARTS
    from bench.front import free_port
    from bench.own import database

    port = chosen.port or free_port()
    os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    with database(NAME, chosen.keep):
        prepare(parts, chosen.features)
        met = own(chosen, port, [part for part in OWN if part in parts])
        met += compared(chosen, port, [part for part in COMPARED if part in parts])
        from django.db import connections

        connections.close_all()
    return 0 if all(met) else 1


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapping.settings")
    sys.exit(main())
