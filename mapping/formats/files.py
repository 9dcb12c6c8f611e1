"""The formats that are files: made whole in a folder of their own, out of Arrow batches, then sent.

GDAL and Arrow are loaded when the first file is asked for.
"""

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from mapping.errors import Problem
from mapping.formats.about import About, Survey, about, survey
from mapping.formats.base import FileFormat
from mapping.query import Query
from mapping.sums import remembered
from mapping.versions import version

if TYPE_CHECKING:
    import pyarrow as pa

WRITING = "making-"  # the folders where files are made; `tick` removes what a crash left
LAST_BYTES = 64 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SAID_FULL = (
    "no space left", "disk is full", "disk i/o error", "i/o failure", "file too large", "quota exceeded",
    "cannot rollback - no transaction is active",  # SQLite has taken all back by itself, as it does when a disk is full
)  # fmt: skip


@dataclass
class Making:
    """One file in the making: what is asked, what was found by a first look, and who wants to know how far it is."""

    query: Query
    cursor: CursorWrapper
    survey: Survey
    about: About
    progress: Callable[[int], None] = field(default=lambda done: None)
    done: int = 0
    error: Exception | None = None

    @classmethod
    def begin(cls, query: Query, cursor: CursorWrapper, progress: Callable[[int], None] | None = None) -> "Making":
        seen = version(query.layer.tables)
        found = remembered(seen, "survey", query.without("crs", "zoom"), lambda: survey(cursor, query))
        return cls(query, cursor, found, about(query, found), progress or (lambda done: None))

    @property
    def name(self) -> str:
        """What the layer is called inside the file."""
        return self.query.layer.slug.replace("-", "_")

    def schema(self) -> "pa.Schema":
        from mapping.formats import arrow

        return arrow.schema(self.query.layer)

    def batches(self, query: Query | None = None, where: str = "") -> Iterator["pa.RecordBatch"]:
        """The records, batch by batch; counts them for whoever waits. Keeps its error: GDAL, which asks for them,
        passes on that there was one and not which."""
        from mapping.formats import arrow

        try:
            for batch in arrow.batches(self.cursor, query or self.query, where=where):
                yield batch
                self.done += batch.num_rows
                self.progress(self.done)
        except Exception as error:
            self.error = error
            raise


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder for one file in the making. It is gone afterwards, however that ended.

    Raises Problem (503) when there is less room on the disk than is kept free, and when the disk fills up meanwhile.
    """
    root = Path(settings.EXPORT_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(root).free < settings.EXPORT_FREE_BYTES:
            raise no_room()
        with tempfile.TemporaryDirectory(prefix=WRITING, dir=root, ignore_cleanup_errors=True) as folder:
            try:
                yield Path(folder)
            except Exception as error:
                if is_full(error) or (not isinstance(error, Problem) and nothing_left(root)):
                    raise no_room() from None
                raise
            if nothing_left(root):  # a driver may not have noticed that its last bytes are lost
                raise no_room()
    except OSError as error:
        if is_full(error):
            raise no_room() from None
        raise


def nothing_left(root: Path) -> bool:
    """Whether the disk is full now."""
    return shutil.disk_usage(root).free < LAST_BYTES


def is_full(error: BaseException) -> bool:
    """Whether an error, whoever raised it, says that the disk is full. GDAL and SQLite only have words for it."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return not isinstance(error, Problem) and any(words in str(error).lower() for words in SAID_FULL)


def no_room() -> Problem:
    return Problem("unavailable", "There is no room on the server's disk for this file. Try later, or ask for less.")


def make(form: FileFormat, making: Making, folder: Path) -> Path:
    """Writes the file into a folder and returns its path. Raises Problem (413) for more than the format can hold."""
    if form.most is not None and making.survey.count > form.most:
        raise Problem("too-large", f"{form.suffix} holds at most {form.most} records; narrow the query.")
    path = folder / f"{making.name}.{form.suffix}"
    try:
        form.write(making, path)
    except Exception as error:
        raise making.error or error from None
    if making.done != making.survey.count:
        raise OSError(errno.EIO, f"{form.suffix}: {making.done} records written of {making.survey.count}")
    return path


def by(module: str) -> Callable[[Any, Path], None]:
    """The function `write` of a module of this package, loaded when it is needed."""

    def write(making: Making, path: Path) -> None:
        import_module(f"mapping.formats.{module}").write(making, path)

    return write


EXCEL = FileFormat(
    suffix="xlsx",
    title=_("Excel"),
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=by("workbook"),
    driver="XLSX",
    losses=_(
        "A text that looks like a formula gets an apostrophe in front. An empty text and a missing value look the "
        "same. Moments are texts. Coordinates to six decimals of a degree, or to the millimetre, as text; long ones go "
        "on in the next columns. A text longer than 32,767 characters is cut. At most 1,048,575 records."
    ),
    most=1_048_575,
)
GEOPACKAGE = FileFormat(
    suffix="gpkg",
    title=_("GeoPackage, for QGIS"),
    media_type="application/geopackage+sqlite3",
    write=by("geopackage"),
    driver="GPKG",
    losses=_("Moments to the millisecond."),
)
SHAPEFILE = FileFormat(
    suffix="zip",
    title=_("Shapefile, for older programs"),
    media_type="application/zip",
    write=by("shapefile"),
    driver="ESRI Shapefile",
    losses=_(
        "Names of columns are shortened to ten characters; README.txt says which is which. Texts end after 254 bytes "
        "and lose blanks at their ends. Moments and yes or no are texts. An empty text and a missing value look the "
        "same. Points, lines and areas are in files of their own, records without a place in the first. A line or an "
        "area of one part is a simple one."
    ),
)
FLATGEOBUF = FileFormat(
    suffix="fgb",
    title=_("FlatGeobuf, for large maps"),
    media_type="application/vnd.flatgeobuf",
    write=by("flatgeobuf"),
    driver="FlatGeobuf",
    losses=_("The order of the records; an empty file has no extent. Days are moments at midnight."),
)
PARQUET = FileFormat(
    suffix="parquet",
    title=_("GeoParquet, for data analysis"),
    media_type="application/vnd.apache.parquet",
    write=by("geoparquet"),
    driver="Parquet",
)
FILES = (EXCEL, GEOPACKAGE, SHAPEFILE, FLATGEOBUF, PARQUET)
