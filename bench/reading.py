"""W1 and W2, the answers to who has them, pages at any depth, counts: against the best SQL by hand and a plain view."""

import http.client
import json
from functools import partial
from statistics import median

import shapely

from bench.data import LARGE
from bench.goals import Report
from bench.load import rate, wrk
from bench.measures import REPEATS, alternate, compare, find_reach, once, times
from bench.server import Client
from bench.statements import PAGE_BY_HAND, Session, by_hand, per_neighbourhood, questions
from commons.models import Building
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.selection import Selection
from mapping.sums import forget
from neighbourhoods.models import City


def fetch(port: int, path: str) -> bytes:
    """One answer of whatever length."""
    asked = http.client.HTTPConnection("127.0.0.1", port)
    asked.request("GET", path)
    answer = asked.getresponse()
    body = answer.read()
    asked.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
    return body


def plain_path(query: Query) -> str:
    box = f"&in_bbox={','.join(map(repr, query.bbox))}" if query.bbox else ""
    return f"/buildings?city={query.city}{box}"


def same_features(ours: bytes, theirs: bytes) -> bool:
    """Whether two collections hold the same records: identifier, name, and the corners to a millionth of a degree."""
    one, other = ({f["id"]: f for f in json.loads(body)["features"]} for body in (ours, theirs))
    return set(one) == set(other) and all(
        mine["properties"]["name"] == other[uid]["properties"]["name"]
        and shapely.equals_exact(*(shapely.geometry.shape(f["geometry"]) for f in (mine, other[uid])), tolerance=1e-6)
        for uid, mine in one.items()
    )


def layers(report: Report, port: int, plain: int, rounds: int) -> None:
    """W1: a layer of a thousand. W2: some five hundred by a box."""
    session = Session()
    for name, query in questions((7.675, 45.07), find_reach(session, 500)).items():
        path, hand = query.address("geojson"), by_hand(query)
        fetch(port, path)
        ours, packed = Client(port, path), Client(port, path, gzip=True)
        number = compare(name, query, ours, session)
        if not same_features(ours.body(), fetch(plain, plain_path(query))):
            raise SystemExit(f"{name}: the plain view answers otherwise")
        head, body = ours.get()[0], ours.body()
        tag = next(line for line in head.decode().split("\r\n") if line.lower().startswith("etag")).split(": ", 1)[1]
        known = Client(port, path, headers=f"If-None-Match: {tag}\r\n")
        found = alternate(
            {
                "ours": ours.get,
                "by hand": lambda hand=hand: session.read(*hand),
                "gzip": packed.get,
                "304": known.get,
            },
            rounds,
        )
        theirs = [once(lambda q=query: fetch(plain, plain_path(q))) for _ in range(7)][2:]
        middle = {what: median(one for turn in turns for one in turn) for what, turns in found.items()}
        report.say(
            f"{name}: {number} features, {len(body):,} bytes, {len(packed.body()):,} compressed; by hand "
            f"{middle['by hand']:.2f} ms, ours {middle['ours']:.2f}, the plain view {median(theirs):.0f}"
        )
        report.at_most(name, "latency, against by hand", times(found["ours"], found["by hand"]), 1.15)
        mine = wrk(port, path) or rate(lambda path=path: Client(port, path).get)
        hand_rate = rate(lambda hand=hand: partial(Session().read, *hand))
        report.at_least(name, "requests a second of eight, against by hand", mine / hand_rate, 0.9)
        report.at_least(name, "against djangorestframework-gis", median(theirs) / middle["ours"], 25)
        report.at_most(name, "gzip, against plain", times(found["gzip"], found["ours"]), 1.15)
        header = f"If-None-Match: {tag}"
        answer = wrk(port, path, headers=(header,)) or rate(
            lambda path=path, header=header: Client(port, path, headers=f"{header}\r\n").get
        )
        if name == "W1":  # a smaller answer gains less by not being sent
            report.at_least(name, "304, requests a second against 200", answer / mine, 10)
        else:
            report.say(f"{name}: 304, {answer / mine:.1f} times the requests a second of 200")


def pages(report: Report, port: int, rounds: int) -> None:
    """W7: a page of a hundred, the first one and one after nine tenths of the large city."""
    session, query = Session(), Query(LAYERS["buildings"], city=LARGE, limit=100)
    keys = list(Building.objects.filter(city__slug=LARGE).order_by("pk").values_list("pk", flat=True))
    city = City.objects.get(slug=LARGE)
    for name, after in (("first page", keys[0] - 1), ("page at 90 %", keys[len(keys) * 9 // 10])):
        path = query.address("geojson", after)
        fetch(port, path)
        ours, hand = Client(port, path), (PAGE_BY_HAND, (city.pk, after))
        if [f["id"] for f in json.loads(ours.body())["features"]] != json.loads(session.read(*hand)[1]):
            raise SystemExit(f"{name}: the answers differ")
        found = alternate({"ours": ours.get, "by hand": lambda hand=hand: session.read(*hand)}, rounds)
        report.at_most("W7", f"{name}, against a keyset by hand", times(found["ours"], found["by hand"]), 1.5)


def counts(report: Report) -> None:
    """W6: how many buildings each neighbourhood has, by the key that is kept on each, against the indexed join."""
    city, session = City.objects.get(slug=LARGE), Session()
    layer = LAYERS["buildings"]
    query, attribute = Query(layer, city=LARGE), layer.attribute("neighbourhood")

    def ask() -> dict[str, int]:
        return Selection(city, (layer,), {layer.slug: query}).facet(layer, attribute)

    def anew() -> dict[str, int]:
        forget()
        return ask()

    total = query.rows().count()
    if sum(anew().values()) != total:
        raise SystemExit(f"W6: {sum(ask().values())} of {total} counted")
    joined = median(once(lambda: session.read(*per_neighbourhood(city.pk))) for _ in range(3))
    cold = median(once(anew) for _ in range(REPEATS))
    fresh = [once(ask) for _ in range(20)]
    kept = f"by the key {cold:.1f}, remembered {median(fresh):.2f}"
    report.say(f"W6: join {joined:.0f} ms, {kept}; {total:,} counted once")
    report.at_least("W6", "count per neighbourhood, against the indexed join", joined / cold, 39)
