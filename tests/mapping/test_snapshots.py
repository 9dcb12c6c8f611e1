"""The road of anonymous reading as the server drives it: its own read-only connection, one snapshot an answer."""

import json
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import InternalError, connections
from django.test import RequestFactory
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from commons.models import Building
from mapping.formats import rows
from mapping.layers import LAYERS
from mapping.versions import fold, version
from tests import factories as make

CHUNK = 150  # records that an answer of these tests sends at a time
pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(work: Callable) -> object:
    """The result of `work` in a thread that has connections of its own, closed at the end; its error is raised."""
    result: dict = {}

    def run() -> None:
        try:
            result["value"] = work()
        except BaseException as error:
            result["error"] = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    if "error" in result:
        raise result["error"]
    return result.get("value")


class Reader:
    """A client of the WSGI application, in the thread that makes it."""

    def __init__(self) -> None:
        self.application = get_wsgi_application()

    def open(self, path: str, **headers: str) -> SimpleNamespace:
        """The answer with its body not yet read: status, headers, parts."""
        said = SimpleNamespace()
        address, _, query = path.partition("?")
        environ = RequestFactory()._base_environ(
            PATH_INFO=address, QUERY_STRING=query, HTTP_HOST="localhost", **headers
        )
        said.parts = self.application(environ, lambda status, headers: said.__dict__.update(s=status, h=dict(headers)))
        said.status, said.headers = int(said.s[:3]), said.h
        return said

    def get(self, path: str, **headers: str) -> SimpleNamespace:
        said = self.open(path, **headers)
        said.body = b"".join(said.parts)
        said.parts.close()
        return said


@pytest.fixture
def buildings(transactional_db, monkeypatch):
    """More than three chunks of them: a whole answer is sent in several parts."""
    monkeypatch.setattr(rows, "CHUNK", CHUNK)
    monkeypatch.setattr(rows, "PIECE", CHUNK)
    city = make.CityFactory()
    Building.objects.bulk_create(
        Building(city=city, name="before", description="x" * 600, place=make.point()) for _ in range(3 * CHUNK + 1)
    )


def idle() -> bool:
    public = connections["public"]
    return not public.in_atomic_block and public.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE


def test_the_public_alias_cannot_write():
    def write() -> None:
        with connections["public"].cursor() as cursor:
            cursor.execute("DELETE FROM commons_building")

    with pytest.raises(InternalError, match="read-only"):
        in_a_thread(write)


def test_the_public_alias_starts_no_parallel_workers_and_reads_one_snapshot():
    def settings() -> list[str]:
        with connections["public"].cursor() as cursor:
            names = ("max_parallel_workers_per_gather", "transaction_isolation", "jit", "statement_timeout")
            return [(cursor.execute(f"SHOW {name}"), cursor.fetchone()[0])[1] for name in names]

    assert in_a_thread(settings)[0] == "0"
    assert in_a_thread(settings)[2:] == ["off", "30s"]


def test_an_answer_is_of_one_moment_whatever_is_written_meanwhile(buildings):
    def read() -> dict:
        said = Reader().open("/layers/buildings.geojson")
        first = next(iter(said.parts))
        Building.objects.update(name="after")
        Building.objects.first().delete()
        make.BuildingFactory(name="after")
        body = first + b"".join(said.parts)
        said.parts.close()
        return json.loads(body)

    collection = in_a_thread(read)
    assert {feature["properties"]["name"] for feature in collection["features"]} == {"before"}
    assert collection["numberReturned"] == len(collection["features"]) == 3 * CHUNK + 1


def test_the_tag_belongs_to_the_body_it_comes_with(buildings):
    """The version is read in the body's snapshot: a write between the two cannot come under the old tag."""

    def read() -> tuple:
        reader = Reader()
        said = reader.open("/layers/buildings.geojson")
        Building.objects.update(name="after")
        old = json.loads(b"".join(said.parts))
        said.parts.close()
        again = reader.get("/layers/buildings.geojson", HTTP_IF_NONE_MATCH=said.headers["ETag"])
        return old["features"][0]["properties"]["name"], again.status, again.body[:300].count(b"after")

    assert in_a_thread(read) == ("before", 200, 1)


@pytest.mark.parametrize("accepts", ["", "gzip"])
def test_a_client_that_leaves_in_the_middle_leaves_no_open_snapshot(buildings, accepts):
    def read() -> tuple:
        reader = Reader()
        said = reader.open("/layers/buildings.geojson", HTTP_ACCEPT_ENCODING=accepts)
        next(iter(said.parts))
        busy = not idle()
        said.parts.close()
        return busy, idle(), reader.get("/layers/buildings.geojson?limit=1").status

    assert in_a_thread(read) == (True, True, 200)


@pytest.mark.parametrize("path", ["/layers/buildings.csv", "/layers.json", "/layers/houses.geojson", "/layers/x.csv"])
def test_every_answer_leaves_the_connection_idle(buildings, path):
    def read() -> bool:
        reader = Reader()
        first = reader.get(path)
        return idle() and (reader.get(path, HTTP_IF_NONE_MATCH=first.headers.get("ETag", "")), idle())[1]

    make.BuildingFactory()
    assert in_a_thread(lambda: (connections["public"].ensure_connection(), read())[1])


def test_a_lost_database_connection_is_mended_without_a_word(buildings):
    def read() -> list[int]:
        reader, statuses = Reader(), []
        statuses.append(reader.get("/layers/houses.geojson").status)
        pid = connections["public"].connection.get_backend_pid()
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        statuses.append(reader.get("/layers/houses.geojson").status)
        statuses.append(reader.get("/layers/houses.geojson").status)
        return statuses

    assert in_a_thread(read) == [200, 200, 200]


def test_a_statement_that_takes_too_long_is_503(buildings):
    def read() -> SimpleNamespace:
        reader = Reader()
        with connections["public"].cursor() as cursor:
            cursor.execute("SET statement_timeout = 1")
        return reader.get("/layers/buildings.csv")

    said = in_a_thread(read)
    assert said.status == 503
    assert said.headers["Retry-After"] == "5"
    assert json.loads(said.body)["type"] == "/problems/unavailable"


def test_folding_while_others_write_and_read_loses_no_change_and_shows_no_older_version(transactional_db):
    tables, seen, stop = LAYERS["buildings"].tables, [], threading.Event()
    city = make.CityFactory()

    def watch() -> None:
        while not stop.is_set():
            seen.append(int(version(tables)))
        connections.close_all()

    def write() -> None:
        for number in range(40):
            Building.objects.create(city=city, name=str(number))
        connections.close_all()

    before = int(in_a_thread(lambda: version(tables)))
    watcher, writers = threading.Thread(target=watch), [threading.Thread(target=write) for _ in range(3)]
    for thread in [watcher, *writers]:
        thread.start()
    while any(writer.is_alive() for writer in writers):
        fold()
    stop.set()
    for thread in [watcher, *writers]:
        thread.join()
    assert int(in_a_thread(lambda: version(tables))) == before + 120
    assert seen == sorted(seen)
    fold()
    assert int(in_a_thread(lambda: version(tables))) == before + 120
