"""Distribution packages: the only thing installed outside the checkout. Nothing is asked of the package manager
when all is there, so that a second start needs no network."""

import contextlib
import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from script.checkout import Refusal, say
from script.postgres import installed, with_postgis

CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/mappa-comune.conf")
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian asks it before it starts a service
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def missing(private_cluster: bool, tests: bool) -> list[str]:
    """What this machine lacks, by role: `postgis` (server and extension), `gdal`, `gettext`, and for the tests
    `chromium`, `ogr`, `atomic`, `nginx`."""
    lacks = []
    if private_cluster and not with_postgis():
        lacks.append("postgis")  # brings GDAL's library
    elif not ctypes.util.find_library("gdal"):
        lacks.append("gdal")
    if not shutil.which("msgfmt"):
        lacks.append("gettext")
    if tests and not chromium():
        lacks.append("chromium")
    if tests and not shutil.which("ogr2ogr"):
        lacks.append("ogr")  # a client of our layers that many people have
    if tests and sys.platform == "linux" and not ctypes.util.find_library("atomic"):
        lacks.append("atomic")  # what drives the browser needs it, and chromium does not bring it everywhere
    if tests and not nginx():
        lacks.append("nginx")
    return lacks


def nginx() -> str | None:
    """The web server that stands in front, for the tests of its configuration; Debian keeps it where root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def chromium() -> str | None:
    """The browser for the tests: the one that `CHROMIUM` names, else the first found on PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def ensure(private_cluster: bool, tests: bool) -> None:
    """Install what is missing, saying so first; refuses with the command to type where that cannot be done."""
    lacks = missing(private_cluster, tests)
    if not lacks:
        return
    if not shutil.which("apt-get"):
        raise Refusal(_by_hand(lacks))
    if os.geteuid() != 0 and not shutil.which("sudo"):
        raise Refusal(f"This machine lacks: {', '.join(lacks)}, and there is no sudo here. {_for_administrator(lacks)}")
    say(f"This machine lacks: {', '.join(lacks)}. Asking apt-get, as root, for distribution packages.")
    _apt("update")
    names = [name for role in lacks for name in _debian(role)]
    say(f"Installing the distribution packages {' '.join(names)} and what they depend on; no system cluster is made.")
    with _without_its_service() if "nginx" in lacks else contextlib.nullcontext():
        if "postgis" in lacks:
            _install_without_system_cluster(names)
        else:
            _apt("install", "-y", "--no-install-recommends", *names)
    if still := missing(private_cluster, tests):
        raise Refusal(f"Still missing after the installation: {', '.join(still)}. {_by_hand(still)}")


def _debian(role: str) -> list[str]:
    """The packages of a role under Debian's and Ubuntu's names."""
    return {
        "postgis": _server_packages,
        "gdal": lambda: ["gdal-bin"],
        "gettext": lambda: ["gettext"],
        "ogr": lambda: ["gdal-bin"],
        "chromium": lambda: ["chromium", "fonts-dejavu-core"],
        "atomic": lambda: ["libatomic1"],
        "nginx": lambda: ["nginx"],
    }[role]()


def _server_packages() -> list[str]:
    """Server and PostGIS of one major: an installed server's, else the release's own, else the newest offered."""
    offered = _answer("apt-cache", "pkgnames", "postgresql-")
    majors = {int(m) for m in re.findall(r"^postgresql-(\d+)-postgis-3$", offered, re.MULTILINE)}
    if not majors:
        raise Refusal(
            "No package postgresql-…-postgis-3 is offered here. Enable the main archive (Debian) or universe (Ubuntu), "
            "run apt-get update, and try again; or set DATABASE_URL to a PostgreSQL with PostGIS."
        )
    present = {server.major for server in installed()}
    release = re.search(r"Depends: postgresql-(\d+)", _answer("apt-cache", "depends", "postgresql"))
    default = {int(release[1])} if release else set()
    major = max(present & majors or default & majors or majors)
    return [f"postgresql-{major}", f"postgresql-{major}-postgis-3", "ca-certificates"]


def _install_without_system_cluster(names: list[str]) -> None:
    """Debian's server package makes and starts a cluster `main` unless createcluster's configuration forbids it
    while the package is configured. The note that forbids it is removed afterwards."""
    if not CREATECLUSTER.exists():
        _apt("install", "-y", "--no-install-recommends", "postgresql-common")
    _as_root("mkdir", "-p", str(NO_CLUSTER.parent))
    _as_root("tee", str(NO_CLUSTER), text="create_main_cluster = false\n")
    setting = _answer("pg_conftool", str(CREATECLUSTER), "show", "-bs", "create_main_cluster").strip()
    if setting not in {"off", "false"}:
        raise Refusal(
            f"{CREATECLUSTER} does not read createcluster.d, so a system cluster would be made. "
            "Add the line create_main_cluster = false to it and try again."
        )
    _apt("install", "-y", "--no-install-recommends", *names)
    _as_root("rm", "-f", str(NO_CLUSTER))


@contextlib.contextmanager
def _without_its_service() -> Iterator[None]:
    """Lets nginx be installed without becoming a server of this machine: the tests start it themselves. A policy that
    is there already is its administrator's, and stays."""
    if POLICY.exists():
        yield
        return
    _as_root("tee", str(POLICY), text="#!/bin/sh\nexit 101\n")
    _as_root("chmod", "755", str(POLICY))
    try:
        yield
    finally:
        _as_root("rm", "-f", str(POLICY))
    if shutil.which("systemctl"):
        _as_root("systemctl", "disable", "--quiet", "nginx.service")


def _apt(*arguments: str) -> None:
    if _answer("dpkg", "--audit").strip():  # an installation was interrupted
        _as_root("dpkg", "--configure", "-a")
    if _as_root("apt-get", "-q", "-o", "Dpkg::Use-Pty=0", *arguments):
        raise Refusal(
            f"apt-get {arguments[0]} failed: its reason is above. Put it right (network, package sources, another "
            "apt at work, a user who may use sudo) and try again; nothing is lost."
        )


def _as_root(*command: str, text: str = "") -> int:
    """Run a command as root, by sudo where needed, to its end even when we are asked to stop: a package manager
    must not be cut off. What it prints goes to standard error; returns its exit code."""
    environment = ["DEBIAN_FRONTEND=noninteractive"]
    environment += [f"{name}={os.environ[name]}" for name in ("http_proxy", "https_proxy") if os.environ.get(name)]
    prefix = ["env", *environment]
    if os.geteuid() != 0:
        prefix = ["sudo", *prefix]
    stopped: BaseException | None = None
    process = subprocess.Popen([*prefix, *command], stdin=subprocess.PIPE, stdout=sys.stderr, text=True)
    while process.returncode is None:
        try:
            process.communicate(text)
        except (KeyboardInterrupt, SystemExit) as request:
            stopped = request
    if stopped:
        raise stopped
    return process.returncode


def _answer(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _for_administrator(lacks: list[str]) -> str:
    names = [name for role in lacks for name in (["postgresql-postgis"] if role == "postgis" else _debian(role))]
    return f"Ask an administrator for: apt-get install --no-install-recommends {' '.join(names)}"


def _by_hand(lacks: list[str]) -> str:
    brew = {"chromium": "--cask chromium", "atomic": "gcc", "ogr": "gdal"}
    return (
        f"Install by hand: {', '.join(lacks)}. With Homebrew: "
        + "; ".join(f"brew install {brew.get(role, role)}" for role in lacks)
        + ". See docs/operations.md."
    )
