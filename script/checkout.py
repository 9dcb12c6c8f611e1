"""The checkout and its `var/`: paths, stamps that say what is done, locks, and how the commands speak."""

import contextlib
import fcntl
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


class Refusal(Exception):
    """A sentence that says what is wrong and what to do; the command ends with exit code 1."""


def say(sentence: str) -> None:
    """Speak on standard error: standard output belongs to what the command prints (`dumpdata`, exports)."""
    print(f"mappa-comune: {sentence}", file=sys.stderr, flush=True)


def make_var() -> Path:
    """`var/`, made when missing, closed to others: it holds the secret key. Refuses one that cannot be written."""
    try:
        VAR.mkdir(mode=0o700, exist_ok=True)
        probe = VAR / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refusal(
            f"{VAR} cannot be written ({error.strerror}). The checkout must belong to the user who runs the commands: "
            f"make it yours (sudo chown -R $(id -un) {ROOT}) or clone again into a folder of your own."
        ) from error
    return VAR


def write_aside(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a whole file or none: made under another name, synced, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hexadecimal name for the words and for the names and contents of files; a missing file counts as empty."""
    seen = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        seen.update(f"\0{path}\0".encode() + (path.read_bytes() if path.is_file() else b""))
    return seen.hexdigest()


class Stamp:
    """Remembers under which key a step was finished. Cleared before the step begins and written after it ends, so
    that an interrupted step is done again."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self.path = (folder or VAR / "stamps") / name

    def key(self) -> str:
        try:
            return self.path.read_text()
        except OSError:
            return ""

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def write(self, key: str) -> None:
        write_aside(self.path, key)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the exclusive lock of `path` (released by the kernel if this process is killed); waits for others."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another command of this checkout ({path.name}).")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
