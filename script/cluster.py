"""The private PostgreSQL cluster: where it lives, how its users share it, when it starts and stops.

Every command that needs the database holds a shared lock on `users.lock` for as long as it or its child lives; who
leaves and finds nobody else stops the server. Beginnings and endings are serialised by `change.lock`.
"""

import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from script.checkout import ROOT, VAR, Refusal, locked, make_var, say, write_aside
from script.making import DATABASE, ROLE, make, server_for
from script.owner import owner, private_folder
from script.postgres import Server

LONGEST_SOCKET = 103  # bytes of a socket's path: macOS 103, Linux 107
SOCKET_FILE = ".s.PGSQL.5432"
START_SECONDS = 120  # a start after a crash replays the log
FAST_SECONDS = 4.0
RETRIES = 15
NOBODY = 4194305  # a process number that no system gives
LOG_BYTES = 10_000_000


def home(root: Path = ROOT, as_root: bool | None = None) -> Path:
    """The cluster's folder: `var/postgres` of the checkout, but for root, whose server cannot open root's own
    folders, one under /var/lib named after the checkout's path."""
    if os.geteuid() == 0 if as_root is None else as_root:
        return Path("/var/lib/mappa-comune") / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return root / "var" / "postgres"


def socket_folder(place: Path, uid: int) -> Path:
    """Where the socket lies: beside the data, or where that path is too long for a socket, a private folder in /tmp."""
    near = place / "socket"
    if len(os.fsencode(near / SOCKET_FILE)) <= LONGEST_SOCKET:
        return near
    return Path(f"/tmp/mappa-comune-{uid}-{hashlib.sha256(os.fsencode(place)).hexdigest()[:12]}")


def shared_megabytes() -> int:
    """A quarter of the machine's memory, as PostgreSQL's manual advises, between 128 MB and 1 GB."""
    return max(128, min(1024, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 // 2**20))


class Cluster:
    """The private cluster of this checkout; `join()` before its use and `leave()` after it."""

    def __init__(self, root: Path = ROOT) -> None:
        self.owner = owner()
        self.home = home(root)
        self.root = root
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.socket = socket_folder(self.home, self.owner.uid)
        self._users: int | None = None

    @property
    def url(self) -> str:
        """For `DATABASE_URL`."""
        return f"postgis:///{DATABASE}?host={quote(str(self.socket), safe='')}&user={ROLE}"

    @property
    def lock(self) -> int:
        """The descriptor that keeps the cluster running; children may inherit it."""
        if self._users is None:
            raise RuntimeError("join() comes first")
        return self._users

    def join(self) -> None:
        """Make the cluster if there is none, start it if it does not run, and be counted as a user."""
        if self.home.is_relative_to(VAR):
            make_var()
        else:
            self.home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        private_folder(self.home, self.owner)
        with locked(self.home / "change.lock"):
            self._users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                server = server_for(self.data)
                if not self.data.exists():
                    make(server, self.home, self.data, self.owner, self.root)
                self._start(server)
            except BaseException:
                self._drop()
                self._stop_if_alone()
                raise

    def leave(self) -> None:
        """Stop being counted; the last one stops the server. A child that still holds the lock counts."""
        if self._users is None:
            return
        with locked(self.home / "change.lock"):
            self._drop()
            self._stop_if_alone()

    def _stop_if_alone(self) -> None:
        alone = os.open(self.home / "users.lock", os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop()
        except BlockingIOError:
            pass  # others are at work
        finally:
            os.close(alone)

    def _drop(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def running(self) -> int | None:
        """The server's process id, or nothing."""
        pid = self._noted_pid()
        return pid if pid and _is_server(pid, self.data) else None

    def _noted_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _disown(self) -> None:
        """When the lock files of a killed server name a number that another program has now (or that its unburied
        process still has), PostgreSQL would take that for its server and refuse to start. The number in
        `postmaster.pid` is replaced and the rest kept: by it PostgreSQL finds out whether processes of the killed
        server are still at work on the data. The socket's lock file says nothing more and is removed."""
        path, pid = self.data / "postmaster.pid", self._noted_pid()
        if pid and _alive(pid):
            rest = path.read_text().split("\n", 1)[1:]
            write_aside(path, "\n".join([str(NOBODY), *rest]))
            self.owner.give(path)
        (self.socket / f"{SOCKET_FILE}.lock").unlink(missing_ok=True)

    def _ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _start(self, server: Server) -> None:
        """Returns when the server answers; refuses with the end of its log when it does not."""
        if self.running():
            process = None
        else:
            private_folder(self.socket, self.owner)
            self._disown()
            self._configure()
            process = self._launch(server)
        began, told, tries = time.monotonic(), False, 0
        while not (self._ready() and self.running()):
            waited = time.monotonic() - began
            if process and process.poll() is not None and tries < RETRIES and "is still in use" in self._tail():
                tries += 1  # processes of a killed server are on their way out
                time.sleep(1)
                process = self._launch(server)
            elif waited > START_SECONDS or (process.poll() is not None if process else not self.running()):
                raise Refusal(self._why())
            if waited > 5 and not told:
                told = True
                say("The database is repairing itself after an unclean end; please wait.")
            time.sleep(0.03)

    def _configure(self) -> None:
        """Settings that hold for every start, whatever version of the program made the cluster."""
        folder = str(self.socket).replace("'", "''")
        settings = f"""# Written at every start by the command that starts the server.
listen_addresses = ''
port = 5432
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = {shared_megabytes()}MB
jit = off
fsync = on
full_page_writes = on
synchronous_commit = on
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] '
log_checkpoints = off
"""
        path = self.data / "mappa-comune.conf"
        write_aside(path, settings)
        self.owner.give(path)

    def _launch(self, server: Server) -> "subprocess.Popen[bytes]":
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_name("log.old"))
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(server.programs / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.owner.as_child(),
            )

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:]) if self.log.exists() else ""

    def _why(self) -> str:
        return (
            f"The private database in {self.data} does not start. The end of its log, {self.log}:\n{self._tail()}\n"
            f"Free space and memory are the usual causes. If the data is broken beyond repair, move {self.data} away: "
            "the next start makes a new, empty one."
        )

    def _stop(self) -> None:
        """Fast shutdown; after a few seconds an immediate one, which the log makes good at the next start."""
        pid = self.running()
        if not pid:
            return
        for number, seconds in ((signal.SIGINT, FAST_SECONDS), (signal.SIGQUIT, 2.0)):
            os.kill(pid, number)
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                _reap(pid)
                if not self.running():
                    return
                time.sleep(0.03)


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's program
    return True


def _is_server(pid: int, data: Path) -> bool:
    """Whether a live process is the server of this data folder: its command line says so, and anybody may read it."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        if Path("/proc/self").exists():
            return False
        command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False).stdout
        return b"postgres" in command and os.fsencode(data) in command
    return words[0].endswith(b"postgres") and os.fsencode(data) in words
