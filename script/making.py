"""Making a private cluster: aside, complete with roles, extensions and database, then renamed into place, so that a
half-made one never counts."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from script.checkout import Refusal, say
from script.owner import Owner, caller, private_folder
from script.postgres import Server, installed, utf8_locale, with_postgis

SUPERUSER = "mappa_owner"  # makes extensions; the program never connects as this role
ROLE = "mappa"
DATABASE = "mappa_comune"
FAILURE = re.compile(r"\] (ERROR|FATAL|PANIC):")
EXTENSIONS = ("postgis", "unaccent", "pg_trgm")


def server_for(data: Path) -> Server:
    """The installed server that can run this data folder; the newest with PostGIS where there is none yet."""
    if not data.exists():
        if usable := with_postgis():
            return usable[-1]
        raise Refusal("There is no PostgreSQL with PostGIS on this machine; script/bootstrap installs one.")
    try:
        major = int((data / "PG_VERSION").read_text())
    except (OSError, ValueError) as error:
        raise Refusal(
            f"{data} is not a whole PostgreSQL cluster: it has no readable PG_VERSION. "
            "Bring it back from a backup, or move it away: the next start makes a new, empty one."
        ) from error
    there = {server.major: server for server in installed()}
    if major in there:
        return there[major]
    found = ", ".join(f"{server.major} ({server.programs})" for server in there.values()) or "none"
    raise Refusal(
        f"The private database in {data} was made by PostgreSQL {major}, and installed here: {found}. "
        f"Install postgresql-{major} and postgresql-{major}-postgis-3 to go on with it (pg_dump, then pg_restore, "
        "carries it to another version), or move the folder away: the next start makes a new, empty one."
    )


def make(server: Server, home: Path, data: Path, who: Owner, root: Path) -> None:
    """A new cluster at `data` for the checkout `root`, with everything that the program may need but not make."""
    say(f"Making a private database in {data} (PostgreSQL {server.major}, run by {who.name}).")
    for leftover in home.glob("making-*"):
        shutil.rmtree(leftover)
    aside = private_folder(home / f"making-{os.getpid()}", who)
    _run(
        [server.programs / "initdb", "-D", aside, "-U", SUPERUSER, "--encoding=UTF8", f"--locale={utf8_locale()}",
         "--auth-local=peer", "--auth-host=reject", "--data-checksums"],
        who,
    )  # fmt: skip
    _write(aside / "pg_hba.conf", who, "local all all peer map=checkout\n")
    _write(aside / "pg_ident.conf", who, _identities(who))
    with (aside / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude_if_exists 'mappa-comune.conf'\n")
    single = [server.programs / "postgres", "--single", "-j", "-D", aside]
    _run([*single, "template1"], who, _statements(*(f"CREATE EXTENSION {name}" for name in EXTENSIONS)))
    role = f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE"
    _run([*single, "postgres"], who, _statements(role, f"CREATE DATABASE {DATABASE} OWNER {ROLE}"))
    _run([server.programs / "initdb", "--sync-only", "-D", aside], who)
    _write(home / "checkout", who, f"{root}\n")
    aside.rename(data)
    folder = os.open(home, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _identities(who: Owner) -> str:
    """Which users of the system may be which role: who runs the commands and who runs the server, nobody else."""
    people = dict.fromkeys((caller(), who.name))
    return "".join(f'checkout "{person}" {role}\n' for person in people for role in (ROLE, SUPERUSER))


def _statements(*statements: str) -> str:
    """What `postgres --single -j` reads: each statement ends with a semicolon and an empty line."""
    return "".join(f"{statement};\n\n" for statement in statements)


def _write(path: Path, who: Owner, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    who.give(path)


def _run(command: list[str | Path], who: Owner, text: str = "") -> None:
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, input=text, text=True, capture_output=True, check=False, **who.as_child())
    except PermissionError as error:
        raise Refusal(f"This user may not run programs as {who.name} ({error.strerror}). Use a normal user.") from error
    if done.returncode or FAILURE.search(done.stderr):  # a server in single-user mode goes on after an error
        said = "\n".join((done.stdout + done.stderr).splitlines()[-12:])
        raise Refusal(f"The private database could not be made; {Path(words[0]).name} said:\n{said}")
