"""Requests hand their database connections on, the one used last first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.signals import request_finished, request_started
from django.db import connections, transaction

from mapping import recent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])


@pytest.fixture(autouse=True)
def idle() -> Iterator[dict]:
    recent._idle.clear()
    yield recent._idle
    for connection in (one for waiting in recent._idle.values() for one in waiting):
        connection.close()
    recent._idle.clear()


def one_request(left_open: bool = False) -> object:
    """Takes, asks the database and gives back, as a thread of the web server does; says which connection it had."""
    recent.take()
    connection = connections["public"]
    connection.ensure_connection()
    session = connection.connection
    if left_open:
        transaction.atomic(using="public").__enter__()
    recent.give_back()
    return session


def in_a_thread(**how: bool) -> object:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(one_request, **how).result()


def test_the_next_request_has_the_same_session_in_whatever_thread() -> None:
    assert in_a_thread() is in_a_thread()


def test_two_requests_at_a_time_have_two_sessions_and_the_last_used_comes_first(idle: dict) -> None:
    with ThreadPoolExecutor(1) as thread:
        thread.submit(recent.take).result()
        first = thread.submit(lambda: connections["public"].ensure_connection() or connections["public"]).result()
        second = in_a_thread()
        assert first.connection is not second
        thread.submit(recent.give_back).result()
    assert in_a_thread() is first.connection
    assert len(idle["public"]) == 2


def test_a_transaction_left_open_is_not_handed_on(idle: dict) -> None:
    session = in_a_thread(left_open=True)
    assert session.closed and not idle.get("public")


def test_only_the_web_server_asks_for_it() -> None:
    def listening() -> bool:
        return recent.take in request_started._live_receivers(None)[0]

    served = recent.handing_on(lambda environ, start_response: [b"ok"])
    assert not listening()
    try:
        assert served({}, None) == [b"ok"] and listening()
    finally:
        request_started.disconnect(dispatch_uid="mapping.recent")
        request_finished.disconnect(dispatch_uid="mapping.recent")
