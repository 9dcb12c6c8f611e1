"""Database connections go from request to request, the one used last first.

Django keeps a connection in every thread of the web server, and threads take turns: each of eight PostgreSQL processes
would be asked now and then, with its caches gone cold. Only `wsgi.py` asks for this; commands keep one connection.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_idle: dict[str, list[BaseDatabaseWrapper]] = {}


def take(**_: object) -> None:
    """Gives this thread the connections that were used last; where there is none, Django opens one when needed."""
    for alias in connections:
        with suppress(IndexError):
            connections[alias] = _idle.setdefault(alias, []).pop()


def give_back(**_: object) -> None:
    """Leaves this thread's connections to the next request; one with a transaction still open is closed."""
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            connection.close()
            continue
        if not connection.allow_thread_sharing:
            connection.inc_thread_sharing()
        del connections[connection.alias]
        _idle.setdefault(connection.alias, []).append(connection)


def handing_on(application: Callable[..., Any]) -> Callable[..., Any]:
    """The application, whose requests take and give back. Importing it changes nothing: only being served does."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        hand_on()
        return application(environ, start_response)

    return answer


def hand_on() -> None:
    """From now on every request takes and gives back; said again, nothing more happens."""
    request_started.connect(take, dispatch_uid="mapping.recent")
    request_finished.connect(give_back, dispatch_uid="mapping.recent")
