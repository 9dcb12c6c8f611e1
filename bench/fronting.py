"""nginx with `deploy/nginx.conf` in front: whole layers and tiles as quick as files, and unchanged tiles again."""

import time
from functools import partial

from bench.data import LARGE, SMALL
from bench.front import free_port, nginx
from bench.goals import Report
from bench.load import rate, wrk
from bench.reading import fetch
from bench.server import Client
from bench.tiling import MIDDLE, address_of
from script import packages


def front(report: Report, port: int) -> None:
    """Each address through nginx, as a file of the same bytes, and straight from the program."""
    if not packages.nginx():
        report.say("nginx is not installed: nothing was measured through it")
        return
    kept, plain = free_port(), free_port()
    tiles = {z: "/".join(map(str, (z, *address_of(*MIDDLE, z)))) for z in (13, 15)}
    paths = {
        "W1": f"/layers/buildings.geojson?city={SMALL}",
        "tile of zoom 13": f"/tiles/buildings/{tiles[13]}.mvt?city={LARGE}",
        "tile of zoom 15": f"/tiles/buildings/{tiles[15]}.mvt?city={LARGE}",
    }
    goals = {"tile of zoom 13": 60, "tile of zoom 15": 10}
    with nginx(kept, f"127.0.0.1:{port}", plain) as files:
        for name, path in paths.items():
            body = fetch(port, path)
            file = files / name.replace(" ", "-")
            file.write_bytes(body)
            if fetch(kept, path) != body or fetch(plain, f"/{file.name}") != body:
                raise SystemExit(f"{path}: nginx sends something else")
            through, still = (alternating(target, where) for target, where in ((kept, path), (plain, f"/{file.name}")))
            report.at_least("nginx", f"{name}, against nginx with a file", through / still, 0.9)
            uncached = requests(port, path)
            report.say(f"nginx, {name}: {through:,.0f} a second, a file {still:,.0f}, the program {uncached:,.0f}")
            if name in goals:
                work = f"{name}, unchanged, through nginx, against uncached"
                report.at_least("W4", work, through / uncached, goals[name])


def alternating(port: int, path: str) -> float:
    """The better of two runs, so that a busy moment does not decide."""
    found = []
    for _ in range(2):
        time.sleep(0.3)
        found.append(requests(port, path))
    return max(found)


def requests(port: int, path: str) -> float:
    return wrk(port, path) or rate(partial(lambda: Client(port, path).get))
