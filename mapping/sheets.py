"""One style sheet for a page: what `static/sheets/*.css` lists by `@import` is put together in that order.

A browser reads a list too, but asks for every file of it, one after the other, before it shows anything. So wherever
static files are found (collected for a server, or served while somebody writes or tests) a list is found joined.
"""

import posixpath
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage

FOLDER = "sheets"
IMPORT = re.compile(r'^@import "([^"]+)"\s*([^;]*);\n?', re.MULTILINE)
SPARE = re.compile(r"/\*.*?\*/|^\s+", re.DOTALL | re.MULTILINE)  # comments, indents and empty lines
ADDRESS = re.compile(r"""url\(\s*(["']?)(?!data:|https?:|/|\#)([^"')]+)\1\s*\)""")


@cache
def folder() -> tempfile.TemporaryDirectory:
    """Where this process keeps what it joined; gone when it ends."""
    return tempfile.TemporaryDirectory(prefix="sheets-")


def moved(text: str, name: str) -> str:
    """A sheet's rules alone, with their addresses as they are seen from the folder of joined sheets. A sheet may not
    import."""
    text = SPARE.sub("", text)
    if "@import" in text:
        raise ImproperlyConfigured(f"{name} imports another sheet: only the lists in static/{FOLDER}/ may.")

    def there(match: re.Match) -> str:
        target = posixpath.join(posixpath.dirname(name), match[2])
        return f"url({match[1]}{posixpath.relpath(target, FOLDER)}{match[1]})"

    return ADDRESS.sub(there, text).strip()


class JoinedSheets(FileSystemFinder):
    """Django's finder of the folders in STATICFILES_DIRS, which finds a list of sheets as one sheet."""

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        found = super().find(path, find_all=find_all, **kwargs)
        if not found or not is_list(path):
            return found
        made = str(self.joined(path))
        return [made] if find_all else made

    def list(self, ignore_patterns: "list[str] | None") -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            if not getattr(storage, "prefix", None) and is_list(path):
                self.joined(path)
                yield path, FileSystemStorage(location=folder().name)
            else:
                yield path, storage

    def joined(self, path: str) -> Path:
        """The file of the joined sheet, made anew."""

        def whole(match: re.Match) -> str:
            name = posixpath.normpath(posixpath.join(FOLDER, match[1]))
            source = super(JoinedSheets, self).find(name)
            if not source:
                raise ImproperlyConfigured(f"static/{path} lists {name}, which is not there.")
            text = f"/* {name} */\n{moved(Path(source).read_text(), name)}\n"
            return f"@media {match[2]} {{\n{text}}}\n" if match[2] else text

        text = IMPORT.sub(whole, Path(super().find(path)).read_text())
        made = Path(folder().name) / path
        made.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=made.parent, delete=False) as aside:
            aside.write(text)
        return Path(aside.name).rename(made)  # at once whole, for whoever asks meanwhile


def is_list(path: str) -> bool:
    return posixpath.dirname(path) == FOLDER and path.endswith(".css")
