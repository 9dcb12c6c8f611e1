"""Who runs the private cluster, and folders that only that user can enter."""

import os
import pwd
import stat
from pathlib import Path
from typing import Any, NamedTuple

from script.checkout import Refusal


class Owner(NamedTuple):
    """The operating system's user who runs the server."""

    name: str
    uid: int
    gid: int

    def as_child(self) -> dict[str, Any]:
        """Arguments for `subprocess` to run as this user, with a small environment in a fixed language."""
        arguments: dict[str, Any] = {
            "env": {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/nonexistent", "TZ": "UTC"},
            "umask": 0o077,
            "cwd": "/",
        }
        if os.geteuid() != self.uid:
            arguments |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return arguments

    def give(self, path: Path) -> None:
        """Hand over what we made; nothing to do unless we are root."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def caller() -> str:
    """The name of the user who runs the command."""
    return pwd.getpwuid(os.geteuid()).pw_name


def owner() -> Owner:
    """Ourselves; for root, whom PostgreSQL refuses, an unprivileged user."""
    names = ("postgres", "_postgres", "nobody") if os.geteuid() == 0 else (None,)
    for name in names:
        try:
            entry = pwd.getpwnam(name) if name else pwd.getpwuid(os.geteuid())
        except KeyError:
            continue
        return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Refusal(f"User {os.geteuid()} has no name in /etc/passwd, and PostgreSQL needs one. Run as a named user.")


def private_folder(path: Path, who: Owner) -> Path:
    """A folder that only its owner (and root) can enter, made when missing; refuses another's."""
    try:
        path.mkdir(mode=0o700)
        who.give(path)
    except FileExistsError:
        pass
    except OSError as error:
        raise Refusal(f"{path} cannot be made: {error.strerror}. Run as a user who may write {path.parent}.") from error
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != who.uid:
        raise Refusal(f"{path} belongs to another user. Remove it, or run the command as the user who made it.")
    path.chmod(0o700)
    return path
