"""PostgreSQL servers installed on this machine, found by their folders."""

import platform
import re
from pathlib import Path
from typing import NamedTuple

# Debian and Ubuntu; Homebrew on Apple silicon and on Intel. (binaries, extension files), MAJOR is the version.
FOLDERS = (
    ("/usr/lib/postgresql/MAJOR/bin", "/usr/share/postgresql/MAJOR/extension"),
    ("/opt/homebrew/opt/postgresql@MAJOR/bin", "/opt/homebrew/share/postgresql@MAJOR/extension"),
    ("/usr/local/opt/postgresql@MAJOR/bin", "/usr/local/share/postgresql@MAJOR/extension"),
)
OLDEST = 14


class Server(NamedTuple):
    """One installed major version: where its programs and its extensions' control files are."""

    major: int
    programs: Path
    extensions: Path

    @property
    def has_postgis(self) -> bool:
        return (self.extensions / "postgis.control").exists()


def installed(prefix: Path = Path("/")) -> list[Server]:
    """Every server found, oldest first; `prefix` is where the file system begins (tests lay out their own)."""
    found = []
    for programs, extensions in FOLDERS:
        pattern = programs.replace("MAJOR", "*").lstrip("/")
        for initdb in sorted(prefix.glob(f"{pattern}/initdb")):
            match = re.search(r"(\d+)/bin/initdb$", str(initdb))
            if match and int(match[1]) >= OLDEST:
                folder = prefix / extensions.replace("MAJOR", match[1]).lstrip("/")
                found.append(Server(int(match[1]), initdb.parent, folder))
    return sorted(found)


def with_postgis(prefix: Path = Path("/")) -> list[Server]:
    return [server for server in installed(prefix) if server.has_postgis]


def utf8_locale() -> str:
    """The name of a UTF-8 locale that exists without installing any."""
    return "en_US.UTF-8" if platform.system() == "Darwin" else "C.UTF-8"
