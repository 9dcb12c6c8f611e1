"""Fetching a file from an address that an office has written down: only from hosts of the allow-list, never from this
machine or a private network, never by way of another host, never more than may be imported, and not for ever.

The name is resolved once, every address it stands for is judged, and the connection goes to the one that was judged:
a name that changes its mind between the question and the connection gains nothing. Proxies of the environment are not
used.
"""

import contextlib
import hashlib
import ipaddress
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

from mapping.importing.messages import ImportRefused

MOST_REDIRECTS = 3
CONNECT_SECONDS, READ_SECONDS, ALL_SECONDS = 10, 30, 300
PORTS = {"http": 80, "https": 443}
SAYS = "Mappa-Comune (import of open data)"


@dataclass(frozen=True)
class Fetched:
    """What came: nothing new (`changed` is false), or a file, with the words for the next question."""

    changed: bool
    sha256: str = ""
    size: int = 0
    etag: str = ""
    last_modified: str = ""


def allowed(url: str) -> SplitResult:
    """The parts of an address whose host may be asked. Raises ImportRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError as error:
        raise ImportRefused("fetch-address") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise ImportRefused("fetch-address")
    named = {parts.hostname} if port == PORTS[parts.scheme] else set()
    named |= {f"{parts.hostname}:{port}"}
    if not named & {host.strip().casefold() for host in settings.IMPORT_HOSTS}:
        raise ImportRefused("fetch-host", host=parts.hostname, hosts=", ".join(settings.IMPORT_HOSTS) or "–")
    return parts


def address_of(host: str, port: int) -> str:
    """The one address that will be connected to. Raises ImportRefused when any that the name stands for is private."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise ImportRefused("fetch-unreachable", host=host) from error
    for address in found:
        if not settings.IMPORT_PRIVATE_ADDRESSES and not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise ImportRefused("fetch-private", host=host)
    return sorted(found, key=lambda address: (":" in address, address))[0]


def fetch(url: str, to: Path, etag: str = "", last_modified: str = "", seconds: float = ALL_SECONDS) -> Fetched:
    """Writes what stands at an address into `to`, unless it is what we have already. Raises ImportRefused."""
    until = time.monotonic() + seconds
    asked = {"User-Agent": SAYS, "Accept": "*/*", "Accept-Encoding": "identity"}
    asked |= {"If-None-Match": etag} if etag else {}
    asked |= {"If-Modified-Since": last_modified} if last_modified else {}
    first = allowed(url)
    for _turn in range(MOST_REDIRECTS + 1):
        parts = allowed(url)
        if parts.hostname != first.hostname:
            raise ImportRefused("fetch-redirect", host=parts.hostname)
        with _ask(parts, asked) as answer:
            if answer.status == 304:
                return Fetched(False, etag=etag, last_modified=last_modified)
            if answer.status in {301, 302, 303, 307, 308}:
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status != 200:
                raise ImportRefused("fetch-status", status=answer.status)
            return _keep(answer, to, until)
    raise ImportRefused("fetch-redirects")


@contextlib.contextmanager
def _ask(parts: SplitResult, headers: dict[str, str]) -> Iterator[urllib3.BaseHTTPResponse]:
    host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    address = address_of(host, port)
    limits = {"timeout": urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), "maxsize": 1}
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, cert_reqs="CERT_REQUIRED", ca_certs=certifi.where(), server_hostname=host,
            assert_hostname=host, **limits,
        )  # fmt: skip
    else:
        pool = urllib3.HTTPConnectionPool(address, port, **limits)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    shown = f"[{host}]" if ":" in host else host
    named = {"Host": shown if port == PORTS[parts.scheme] else f"{shown}:{port}"}
    try:
        answer = pool.urlopen(
            "GET", path, headers=headers | named, redirect=False, retries=False, preload_content=False,
            decode_content=False,
        )  # fmt: skip
        yield answer
    except HTTPError as error:
        raise ImportRefused("fetch-unreachable", host=host) from error
    finally:
        pool.close()


def _keep(answer: urllib3.BaseHTTPResponse, to: Path, until: float) -> Fetched:
    most, digest, size = settings.IMPORT_MOST_BYTES, hashlib.sha256(), 0
    too_big = ImportRefused("file-too-big", limit=most // 1024**2)
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > most:
        raise too_big
    try:
        with to.open("xb") as out:
            for piece in answer.stream(1 << 16):
                size += len(piece)
                if size > most:
                    raise too_big
                if time.monotonic() > until:
                    raise ImportRefused("fetch-slow")
                digest.update(piece)
                out.write(piece)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    words = {
        "etag": answer.headers.get("ETag", "")[:300],
        "last_modified": answer.headers.get("Last-Modified", "")[:100],
    }
    return Fetched(True, digest.hexdigest(), size, **words)
