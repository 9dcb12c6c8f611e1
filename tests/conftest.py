"""The stage: one database seen through both aliases, a town to play in, and a way to ask."""

import gc
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mapping import conditional, credits, prepared, sizes, sums, svg
from mapping.dcat import facts
from mapping.dcat import views as dcat
from mapping.exporting import desk as reserved_exports
from mapping.formats import rows, tiles, writing
from tests import flushing
from tests.staged import staged
from tests.town import small_torino

SHARED_DATA = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def pytest_configure() -> None:
    """People of the tests sign in quickly: the hasher of the program takes half a second for each, on purpose. What
    waits on the import pages is done by the tests themselves."""
    flushing.install()
    settings.IMPORTS_START_WORK = False  # a process of its own would not find the database of the tests
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that may touch the database may do so by both roads."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
            given = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**{"databases": "__all__"} | given), append=False)


def pytest_collection_finish() -> None:
    """Seven thousand tests and all modules stay to the end: nobody looks among them for what can be let go."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The test's own thread reads through the connection that writes, and so sees what is not committed yet.

    The threads of a live server open both aliases as the program does.
    """
    connections["public"] = connections["default"]


@pytest.fixture
def shared_data() -> Path:
    """The folder of real open data beside the checkout; the test is skipped where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real data at {SHARED_DATA}; SHARED_DATA names another folder")
    return SHARED_DATA


def forget() -> None:
    """Empties what the program remembers between requests."""
    sums.forget()
    writing._seen.clear()
    prepared.forget()
    credits._asked.cache_clear()
    rows.remembered.cache_clear()
    rows.columns.cache_clear()
    svg.remembered.cache_clear()
    tiles.matching.cache_clear()
    dcat.written.cache_clear()
    facts.grouped.cache_clear()
    sizes._known.clear()


@pytest.fixture(autouse=True)
def answers_let_go(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An answer that a test does not read to its end lets go of its snapshot when the test ends, and not when some
    other test is under way. Answers of a live server's threads are the server's own."""
    here, made = threading.get_ident(), []

    class Kept(conditional.Stream):
        def __init__(self, parts: Iterator[bytes], close: Callable[[], None]) -> None:
            super().__init__(parts, close)
            if threading.get_ident() == here:
                made.append(self)

    monkeypatch.setattr(conditional, "Stream", Kept)
    monkeypatch.setattr(reserved_exports, "Stream", Kept)
    yield
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def italian_first() -> None:
    """A request for an English page leaves its language behind in the thread that served it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A test's versions end with its transaction, so what was remembered for one says nothing of the next."""
    forget()


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return staged(small_torino)


@pytest.fixture
def get(client: Client) -> Callable:
    """`get("buildings.geojson", q="scuola")`: the decoded JSON of a layer, or of a path that begins with a slash."""

    def fetch(path: str, **params: object) -> dict:
        response = client.get(path if path.startswith("/") else f"/layers/{path}", params)
        body = response.getvalue()
        assert response.status_code == 200, body
        return json.loads(body)

    return fetch


def database_of_the_test() -> str:
    """The address of the database that pytest made, for a process of its own."""
    before, _, after = os.environ["DATABASE_URL"].partition("://")
    host, _, rest = after.partition("/")
    return f"{before}://{host}/{connections['default'].settings_dict['NAME']}?{rest.partition('?')[2]}"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile by either road, less the savepoints that exist only inside a test."""
    statements: list[str] = []
    with CaptureQueriesContext(connections["default"]) as seen:
        yield statements
    statements += [q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
