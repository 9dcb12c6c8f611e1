"""A database of our own beside the installation's, dropped afterwards: a measurement or a picture touches no data of
a person."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database(name: str, keep: bool) -> Iterator[None]:
    """Makes `name` on the server of DATABASE_URL and points the settings at it. `keep` leaves it there, and takes it
    up again the next time."""
    import psycopg2

    url = os.environ["DATABASE_URL"]
    server = psycopg2.connect(re.sub("^[a-z0-9]+:", "postgresql:", url))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        there = cursor.fetchone() is not None
        if there and not keep:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        if not (there and keep):
            cursor.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = re.sub(r"(://[^/]*)/[^?]*", rf"\1/{name}", url)
    try:
        yield
    finally:
        if not keep:
            with server.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()
