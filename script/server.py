"""`script/server`: gunicorn on loopback and the timer, supervised until TERM or Ctrl-C, then ended within seconds."""

import contextlib
import errno
import http.client
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from script import environment, variables
from script.checkout import ROOT, Refusal, locked, say
from script.children import dies_with_parent
from script.commands import database, ensure, prepare

TICK_SECONDS = 60
TICK_LIMIT = 600  # a tick that takes longer is ended
GRACE_SECONDS = 3.0  # for requests under way; the cluster needs the rest of the ten seconds
START_SECONDS = 90
# The C library gives memory of this size back and asks for it again at every answer, which costs a large answer a tenth
# of its time: let it keep some.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}


def serve(reload: bool) -> int:
    """Set up, serve, and end; 0 after a wanted end, 1 when the web server ended by itself."""
    listener = claim(variables.port())
    with contextlib.closing(listener):
        ensure()
        with database() as (url, keep, cluster):
            values = variables.for_program(url)
            home = cluster.home if cluster else environment.VAR
            with locked(home / "migrate.lock"):
                prepare(values, keep, cluster, demo=_loopback(values["SITE_URL"]))
            return Supervisor(KEEP_MEMORY | environment.clean(values), listener, keep, reload).run()


def claim(port: int) -> socket.socket:
    """Bind the port at once, so that a taken one is said before any work; it begins to listen under gunicorn."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Refusal(
                f"Port {port} of 127.0.0.1 is taken by another program. Stop that one, or choose another port: "
                f"PORT={port + 1 if port < 65535 else 8000} script/server"
            ) from error
        if error.errno == errno.EACCES:
            raise Refusal(
                f"This user may not use port {port}. Choose one from 1024: PORT=8000 script/server"
            ) from error
        raise Refusal(f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}.") from error
    return listener


def _loopback(site: str) -> bool:
    return urlsplit(site).hostname in {"127.0.0.1", "localhost", "::1"}


def gunicorn_command(descriptor: int, reload: bool) -> list[str]:
    """Production-safe settings; `GUNICORN_CMD_ARGS`, which gunicorn reads itself, may change each."""
    shm = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []
    return [
        str(environment.PYTHON), "-m", "gunicorn", "mapping.wsgi:application",
        "--chdir", str(ROOT), "--bind", f"fd://{descriptor}",
        "--worker-class", "gthread",
        "--workers", str(variables.count("WEB_CONCURRENCY", 2)),
        "--threads", str(variables.count("WEB_THREADS", 4)),
        "--timeout", "60", "--graceful-timeout", "3", "--keep-alive", "5",
        "--max-requests", "10000", "--max-requests-jitter", "1000",
        "--limit-request-line", "8190", "--limit-request-fields", "100",
        "--forwarded-allow-ips", "127.0.0.1", "--log-level", "warning", "--no-control-socket",
        *shm, *(["--reload"] if reload else []),
    ]  # fmt: skip


class Supervisor:
    """One process over two kinds of children: the web server, always, and a `manage.py tick` every minute."""

    def __init__(self, values: dict[str, str], listener: socket.socket, keep: tuple[int, ...], reload: bool) -> None:
        self.values, self.listener, self.keep, self.reload = values, listener, keep, reload
        self.stopping = False
        self.web: subprocess.Popen[bytes] | None = None
        self.tick: subprocess.Popen[bytes] | None = None
        self.tick_command = find_tick(ROOT)
        self.next_tick = 0.0

    def run(self) -> int:
        """Serve until a signal asks to end (0) or the web server ends by itself (1)."""
        with self._signals() as wakeups:
            command = gunicorn_command(self.listener.fileno(), self.reload)
            self.web = self._spawn(command, (*self.keep, self.listener.fileno()))
            self.listener.close()  # from here on the port is the web server's alone
            answered, began = False, time.monotonic()
            try:
                while not self.stopping and self.web.poll() is None:
                    if not answered:
                        answered = self._announce()
                        if not answered and time.monotonic() - began > START_SECONDS:
                            raise Refusal("The web server does not answer; what it said is above.")
                    else:
                        self._timer()
                    select.select([wakeups], [], [], 1.0 if answered else 0.1)
                    with contextlib.suppress(BlockingIOError):
                        os.read(wakeups, 512)
                if self.stopping:
                    say("Ending.")
                    return 0
                say(f"The web server ended by itself (exit code {self.web.returncode}); what it said is above.")
                return 1
            finally:
                self._end()

    def _spawn(self, command: list[str], keep: tuple[int, ...]) -> "subprocess.Popen[bytes]":
        """A child in a process group of its own (Ctrl-C reaches us alone) that dies with us."""
        return subprocess.Popen(
            command,
            env=self.values,
            cwd=ROOT,
            pass_fds=keep,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(),
        )

    def _announce(self) -> bool:
        site = self.values["SITE_URL"]
        if not answers(variables.port(), site):
            return False
        say(f"The map answers at {site}/ (end with Ctrl-C).")
        return True

    def _timer(self) -> None:
        """Start the minute's tick unless the last one is still at work; end one that hangs."""
        now = time.monotonic()
        if self.tick and self.tick.poll() is None:
            if now > self.next_tick - TICK_SECONDS + TICK_LIMIT:
                say("The timer's task took too long and was ended; the next minute tries again.")
                self.tick.kill()
            return
        if self.tick and self.tick.returncode:
            say(f"The timer's task failed (exit code {self.tick.returncode}); the next minute tries again.")
        self.tick = None
        if self.tick_command and now >= self.next_tick:
            self.next_tick = now + TICK_SECONDS
            self.tick = self._spawn([str(environment.PYTHON), str(ROOT / "manage.py"), "tick"], self.keep)

    def _end(self) -> None:
        """TERM to the children, KILL to their groups after the grace."""
        living = [child for child in (self.web, self.tick) if child]
        for child in living:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        ends = time.monotonic() + GRACE_SECONDS + 0.5
        for child in living:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.01, ends - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        """TERM, INT and HUP ask to end; they and the death of a child wake the loop through the yielded descriptor."""

        def stop(_number: int, _frame: object) -> None:
            self.stopping = True

        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        yield reader


def answers(port: int, site: str) -> bool:
    """Whether `/healthz` answers on this port to a request as the site's proxy would send it."""
    there = urlsplit(site)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": there.netloc, "X-Forwarded-Proto": there.scheme})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def find_tick(root: Path) -> Path | None:
    """The management command that the timer runs, if this checkout has one."""
    return next(iter(root.glob("*/management/commands/tick.py")), None)
