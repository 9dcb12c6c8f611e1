"""What work costs in time of a processor: what it has to wait for on a busy machine does not count."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import connection

from bench.server import workers_of
from bench.statements import Session

RUNS = 60


def spent(process: int) -> float:
    """Milliseconds that all threads of a process have been running; none when it has ended."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    try:
        return sum(int(one.read_text().split()[0]) for one in tasks) / 1e6
    except FileNotFoundError:
        return 0.0


def backends(application: Iterable[int]) -> list[int]:
    """The processes of PostgreSQL that work for other sessions on this database than those."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' "
            "AND pid <> ALL(%s) AND pid <> pg_backend_pid()",
            [list(application)],
        )
        return [pid for (pid,) in cursor.fetchall()]


def of_server(server: int, session: Session, ask: Callable[[], object]) -> float:
    """Milliseconds of the web server's processes and of PostgreSQL's for them, of one request."""
    processes = [*workers_of(server), *backends([session.connection.info.backend_pid])]
    before = sum(map(spent, processes))
    for _ in range(RUNS):
        ask()
    return (sum(map(spent, processes)) - before) / RUNS


def of_session(session: Session, ask: Callable[[], object]) -> float:
    """Milliseconds of PostgreSQL's process and of ours, of one statement in a session."""
    process, own = session.connection.info.backend_pid, time.process_time()
    before = spent(process)
    for _ in range(RUNS):
        ask()
    return (spent(process) - before + (time.process_time() - own) * 1000) / RUNS


def is_busy() -> bool:
    """Whether more work waits on this machine than it has processors."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)
