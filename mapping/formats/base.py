from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from mapping.query import Query
from mapping.registry import Text


@dataclass(frozen=True)
class Format:
    """A way to write a layer. `write(cursor, query, version)` yields bytes, some records at a time."""

    suffix: str
    title: Text
    media_type: str
    write: Callable[[CursorWrapper, Query, str], Iterator[bytes]]
    any_crs: bool = False
    download: bool = False
    losses: Text = ""
