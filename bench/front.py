"""nginx in front of the program, with `deploy/nginx.conf` as it is but for names, ports and folders."""

import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from script import packages
from script.checkout import ROOT

AROUND = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 10000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
    server {{ listen 127.0.0.1:{plain}; root {folder}/files; }}
}}
"""


def site(port: int, upstream: str, folder: Path, static: Path) -> str:
    """`deploy/nginx.conf` for loopback without TLS: `upstream` is an address or `unix:` with a path."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^ *(ssl_\w+|listen \[::\]).*\n", "", text, flags=re.MULTILINE)
    changes = {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "unix:/run/mappa-comune/gunicorn.sock": upstream,
        "/var/cache/nginx/mappa-comune": f"{folder}/cache",
        "/srv/mappa-comune/var/static": str(static),
        "/srv/mappa-comune/deploy/closed": str(ROOT / "deploy" / "closed"),
        "/srv/mappa-comune/var/closed": f"{folder}/closed",
        "server_name mappa.example.it;": "server_name 127.0.0.1;",
    }
    for ours, here in changes.items():
        if ours not in text:
            raise SystemExit(f"deploy/nginx.conf has no {ours}")
        text = text.replace(ours, here)
    return text


@contextmanager
def nginx(port: int, upstream: str, plain: int, static: Path = ROOT / "var" / "static") -> Iterator[Path]:
    """Runs nginx on `port` before `upstream`; gives a folder whose content it serves as files on the port `plain`."""
    program = packages.nginx()
    if not program:
        raise SystemExit("nginx is not installed: apt-get install nginx")
    with tempfile.TemporaryDirectory(prefix="mappa-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "files").mkdir()
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user, plain=plain))
        (folder / "site.conf").write_text(site(port, upstream, folder, static))
        process = subprocess.Popen(
            [program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_open(port, process, folder / "error.log")
            yield folder / "files"
        finally:
            process.terminate()
            process.wait(10)


def wait_until_open(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise SystemExit(f"nginx does not start: {log.read_text()}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("nginx does not answer.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
