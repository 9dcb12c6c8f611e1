"""How many requests a second something answers to several who ask at once."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

CONNECTIONS, SECONDS = 8, 3.0


def rate(make: Callable[[], Callable[[], object]], seconds: float = SECONDS, connections: int = CONNECTIONS) -> float:
    """Answers a second to so many who ask again and again; each calls `make` once, then what that gives."""

    def ask(ask_once: Callable[[], object]) -> int:
        number, ends = 0, time.perf_counter() + seconds
        while time.perf_counter() < ends:
            ask_once()
            number += 1
        return number

    ready = [make() for _ in range(connections)]
    start = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        total = sum(pool.map(ask, ready))
    return total / (time.perf_counter() - start)


def wrk(port: int, path: str, seconds: float = SECONDS, headers: tuple[str, ...] = ()) -> float | None:
    """The same by wrk, which costs less than Python does; None where it is not installed."""
    if not (program := shutil.which("wrk")):
        return None
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s"]
    for header in headers:
        command += ["-H", header]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    if wrong := re.search(r"Non-2xx.*", done.stdout):
        raise SystemExit(f"{path}: {wrong[0]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
