"""What is hidden is gone from everything that anybody can fetch through nginx, one second after the commit."""

import gzip
import http.client
import io
import itertools
import os
import threading
import time
import zipfile

import pytest
from django.db import connections

from bench.front import free_port, nginx
from bench.server import gunicorn
from commons.models import Building
from mapping.formats import FORMATS
from script import packages
from tests import factories as make
from tests.mapping.test_tiles import address

LEAST_HITS = 0.3  # of the answers under load that came from the cache; without it nothing would be proved
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not packages.nginx(), reason="nginx is not installed"),
]


def everything() -> list[str]:
    """Addresses that hold every building: each format, the tiles of both kinds, drawings and lists."""
    where = "/".join(map(str, (18, *address(7.68, 45.07, 18))))
    return [
        *(f"/layers/buildings.{suffix}" for suffix in FORMATS),
        "/layers/buildings.geojson?limit=50&city=torino",
        f"/tiles/buildings/{where}.geojson",
        f"/tiles/buildings/{where}.mvt",
    ]


def text_of(body: bytes, headers: dict[str, str]) -> bytes:
    """A body without its packing; of a zip archive, its members one after the other."""
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if not body.startswith(b"PK\x03\x04"):
        return body
    archive = zipfile.ZipFile(io.BytesIO(body))
    return b"".join(archive.read(name) for name in archive.namelist())


class Reader(threading.Thread):
    """Asks for everything again and again; remembers when it asked for each body, and which names stood in it."""

    def __init__(self, port: int, names: list[bytes], packed: bool, turn: int) -> None:
        super().__init__(daemon=True)
        self.port, self.names, self.turn = port, names, turn
        self.headers = {"Accept-Encoding": "gzip"} if packed else {}
        self.seen: list[tuple[float, str, frozenset[bytes], str]] = []
        self.errors: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        paths = everything()
        for path in itertools.islice(itertools.cycle(paths), self.turn, None):
            if self.ended.is_set():
                return
            began = time.time()
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            body, headers = answer.read(), dict(answer.headers)
            if answer.status not in {200, 204}:
                self.errors.append(f"{path}: {answer.status}")
            text = text_of(body, headers)
            found = frozenset(name for name in self.names if name in text)
            self.seen.append((began, path, found, headers.get("X-Cache", "")))


@pytest.fixture
def served(transactional_db, monkeypatch):
    """Forty buildings in one place, the program on the database of the tests, nginx before it: its port and names."""
    city = make.CityFactory()
    names = [f"Edificio{number:02d}x" for number in range(40)]
    Building.objects.bulk_create(Building(city=city, name=name, place=make.point()) for name in names)
    port, front = free_port(), free_port()
    monkeypatch.setenv("DATABASE_URL", url(connections["default"].settings_dict))
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8000")
    with gunicorn(port, workers=2, threads=4), nginx(front, f"127.0.0.1:{port}", free_port()):
        yield front, names


def url(settings: dict) -> str:
    """The address of the tests' own database, as the program reads it."""
    before, _, rest = os.environ["DATABASE_URL"].partition("://")
    host, _, tail = rest.partition("/")
    options = f"?{tail.partition('?')[2]}" if "?" in tail else ""
    return f"{before}://{host}/{settings['NAME']}{options}"


def test_a_hidden_record_is_gone_from_every_body_one_second_after_the_commit(served):
    port, names = served
    readers = [Reader(port, [name.encode() for name in names], number % 2 == 0, number) for number in range(4)]
    for reader in readers:
        reader.start()
    hidden: dict[bytes, float] = {}
    time.sleep(1.5)
    for number, name in enumerate(names[:20]):
        Building.objects.filter(name=name).update(visibility="hidden")
        hidden[name.encode()] = time.time()
        time.sleep(0.31 + number % 3 * 0.17)
    time.sleep(1.5)
    for reader in readers:
        reader.ended.set()
        reader.join(10)
    seen = [one for reader in readers for one in reader.seen]
    assert not [error for reader in readers for error in reader.errors]
    assert {path for _, path, found, _ in seen if found} == set(everything())
    late = [
        (began - hidden[name], path, kept)
        for began, path, found, kept in seen
        for name in found & set(hidden)
        if began > hidden[name]
    ]
    oldest = max(late, default=(0.0, "", ""))
    assert oldest[0] <= 1.0, oldest
    assert any(kept == "HIT" for _, _, kept in late), "the cache was never asked for what it should forget"
    hits = sum(kept in {"HIT", "REVALIDATED"} for *_, kept in seen) / len(seen)
    print(f"{len(seen)} bodies, {hits:.0%} from the cache, the oldest {oldest[0]:.3f} s old")
    assert hits > LEAST_HITS
