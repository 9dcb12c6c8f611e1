"""The parent of the reader: stages a private copy, starts the child with nothing in its pockets, believes no line.

The child gets no environment but what is written here (no database address, no secret), no sockets, 1.5 GB, 60 seconds
of processor time and 240 of wall clock. What it writes goes to a file, and is taken only if its end line is there.
"""

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapping.importing.messages import ImportRefused
from mapping.importing.progress import silent

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
WALL_CLOCK_SECONDS = 240  # a busy machine may give the processor time that is allowed slowly
LOOK_SECONDS = 0.5
MAX_FILE_BYTES = 200 * 1024 * 1024
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "http://127.0.0.1:9",
    "GDAL_DRIVER_PATH": "disable",
}


@dataclass(slots=True)
class Record:
    """One row as the child read it. `wkb` is in the file's CRS; notes and `rejected` are (code, params)."""

    number: int
    id: str | None
    properties: dict[str, Any]
    wkb: bytes | None
    notes: list[tuple[str, dict[str, Any]]]
    rejected: tuple[str, dict[str, Any]] | None


@dataclass
class Reading:
    """A file, read. `crs` is None when the file does not say; `notices` are about the file as a whole."""

    name: str
    sha256: str
    driver: str | None = None
    encoding: str | None = None
    crs: str | None = None
    crs_from: str | None = None
    fields: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    place_columns: list[str] = field(default_factory=list)
    notices: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(
    path: Path,
    name: str = "",
    layer: str | None = None,
    seconds: float = WALL_CLOCK_SECONDS,
    tell: Callable[..., None] = silent,
) -> Reading:
    """Every row of an untrusted file. Raises ImportRefused, with a sentence, when the file cannot be read whole.

    `tell` is called twice a second meanwhile; what it raises ends the child.
    """
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        staged = Path(folder) / "staged"
        reading = Reading(name or path.name, _stage(path, staged))
        answer = Path(folder) / "answer.jsonl"
        _run({"path": str(staged), "name": reading.name, "layer": layer}, Path(folder), answer, seconds, tell)
        _take(reading, answer)
    return reading


def _stage(path: Path, staged: Path) -> str:
    """Copy a file to where only we write, and tell its SHA-256. Raises ImportRefused when it is absent or too big."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, staged.open("wb") as copy:
            while piece := source.read(1 << 20):
                size += len(piece)
                if size > MAX_FILE_BYTES:
                    raise ImportRefused("file-too-big", limit=MAX_FILE_BYTES // (1024 * 1024))
                digest.update(piece)
                copy.write(piece)
    except OSError as error:
        raise ImportRefused("file-not-readable", detail=error.strerror or "") from error
    return digest.hexdigest()


def _run(request: dict[str, Any], folder: Path, answer: Path, seconds: float, tell: Callable[..., None]) -> None:
    with answer.open("wb") as out, (folder / "errors").open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-s", "-m", "mapping.importing.reader"],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=errors,
            cwd=folder,
            env=ENVIRONMENT,
            close_fds=True,
            start_new_session=True,
        )
        try:
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
            _wait(child, time.monotonic() + seconds, tell)
        except BrokenPipeError:
            child.wait()  # it ended before it was asked; its exit code says why
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    if child.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise ImportRefused("reader-out-of-time")
    if child.returncode != 0:
        logger.warning("The reader ended with %s: %s", child.returncode, (folder / "errors").read_bytes()[-2000:])
        raise ImportRefused("reader-failed", code=child.returncode)


def _wait(child: subprocess.Popen[bytes], until: float, tell: Callable[..., None]) -> None:
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise ImportRefused("reader-out-of-time")
        try:
            child.wait(min(left, LOOK_SECONDS))
        except subprocess.TimeoutExpired:
            tell("read")
        else:
            return


def _take(reading: Reading, answer: Path) -> None:
    """Fill a reading from the child's lines; raises ImportRefused for a refusal, a broken line or a missing end."""
    ended = None
    try:
        for line in _lines(answer):
            if "error" in line:
                raise ImportRefused(line["error"]["code"], **line["error"]["params"])
            if "header" in line:
                _head(reading, line["header"])
            elif "end" in line:
                ended = line["end"]["rows"]
                reading.notices += [_reason(notice) for notice in line["end"]["notices"]]
            else:
                reading.records.append(_record(line))
    except (ValueError, KeyError, TypeError) as error:
        raise ImportRefused("reader-failed", code="answer") from error
    if ended is None or ended != len(reading.records):
        raise ImportRefused("reader-failed", code="end")


def _lines(answer: Path) -> Iterator[dict[str, Any]]:
    with answer.open("rb") as file:
        for line in file:
            yield json.loads(line)


def _head(reading: Reading, header: dict[str, Any]) -> None:
    for name in ("driver", "encoding", "crs", "crs_from"):
        value = header[name]
        setattr(reading, name, None if value is None else str(value)[:100])
    reading.fields = [str(name) for name in header["fields"]]
    reading.layers = [str(name) for name in header["layers"]]
    reading.place_columns = [str(name) for name in header["place_columns"]]
    if header["sandbox"]["sockets"] != "denied":
        reading.notices.append(("sandbox-partial", {}))


def _record(line: dict[str, Any]) -> Record:
    wkb = bytes.fromhex(line["wkb"]) if line["wkb"] is not None else None
    identifier = None if line["id"] is None else str(line["id"])
    notes = [_reason(note) for note in line["notes"]]
    rejected = _reason(line["rejected"]) if line["rejected"] else None
    return Record(int(line["row"]), identifier, dict(line["properties"]), wkb, notes, rejected)


def _reason(pair: list[Any]) -> tuple[str, dict[str, Any]]:
    code, params = pair
    return str(code), dict(params)
