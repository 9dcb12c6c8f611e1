"""The program as it is served, and a client that costs next to nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from script.server import KEEP_MEMORY, gunicorn_command

PLAIN = "django.core.wsgi:get_wsgi_application()"


@contextmanager
def gunicorn(port: int, workers: int, threads: int, plain: bool = False) -> Iterator[int]:
    """The web server as `script/server` starts it, with so many workers and threads; gives its process id. `plain`:
    of the view that we compare with."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        command = [sys.executable, *gunicorn_command(listener.fileno(), reload=False)[1:]]
        other = {}
        if plain:
            command[command.index("mapping.wsgi:application")] = PLAIN
            other = {"DJANGO_SETTINGS_MODULE": "bench.plain_settings"}
        command += ["--workers", str(workers), "--threads", str(threads), "--keep-alive", "75", "--max-requests", "0"]
        process = subprocess.Popen(
            command, env=KEEP_MEMORY | os.environ | other | {"PYTHONWARNINGS": "ignore"}, pass_fds=[listener.fileno()]
        )
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"The web server ended by itself with exit code {process.returncode}.")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if b"HTTP/1.1 " in probe.recv(1000):
                return
        time.sleep(0.1)
    raise SystemExit("The web server does not answer.")


def workers_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory(pid: int, name: str = "VmRSS") -> float:
    """A figure of a process's memory, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def forget_peak(pid: int) -> None:
    """Lets the kernel measure the peak (VmHWM) anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Client:
    """One keep-alive connection that asks one thing again and again."""

    def __init__(self, port: int, path: str, gzip: bool = False, headers: str = "") -> None:
        accept = "Accept-Encoding: gzip\r\n" if gzip else ""
        self.request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{accept}{headers}\r\n".encode()
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(4 << 20)

    def get(self) -> tuple[bytes, slice]:
        """Receives one answer: its head, and where in `buffer` its body is."""
        self.socket.sendall(self.request)
        have, end = 0, -1
        while end < 0:
            have += self.receive(have)
            end = self.buffer.find(b"\r\n\r\n", 0, have)
        head = bytes(self.buffer[:end])
        if b"chunked" in head:
            return head, self.chunks(end + 4, have)
        wanted = end + 4 + self.length(head)
        if wanted > len(self.buffer):
            self.buffer.extend(bytes(wanted - len(self.buffer)))
        while have < wanted:
            have += self.receive(have, wanted)
        return head, slice(end + 4, wanted)

    def chunks(self, start: int, have: int) -> slice:
        """Receives the rest of an answer that comes in chunks, and puts their contents together."""
        begin, end = start, start
        while True:
            while (line := self.buffer.find(b"\r\n", begin, have)) < 0:
                have += self.more(have)
            size = int(self.buffer[begin:line], 16)
            while have < line + 4 + size:
                have += self.more(have)
            if not size:
                return slice(start, end)
            self.buffer[end : end + size] = self.buffer[line + 2 : line + 2 + size]
            end, begin = end + size, line + 4 + size

    def more(self, have: int) -> int:
        if have == len(self.buffer):
            self.buffer.extend(bytes(len(self.buffer)))
        return self.receive(have)

    def body(self) -> bytes:
        """The body of a new answer, as bytes."""
        return bytes(self.buffer[self.get()[1]])

    def receive(self, start: int, end: int | None = None) -> int:
        with memoryview(self.buffer) as view:
            size = self.socket.recv_into(view[start:end])
        if not size:
            raise ConnectionError("The server closed the connection.")
        return size

    @staticmethod
    def length(head: bytes) -> int:
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return int(line.split(b":")[1])
        if b" 204 " in head[:20] or b" 304 " in head[:20]:
            return 0
        raise ValueError(f"no Content-Length in {head[:200]!r}")

    def close(self) -> None:
        self.socket.close()
