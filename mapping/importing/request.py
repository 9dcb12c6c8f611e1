"""What somebody asks to import, in one piece."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from mapping.importing.progress import silent
from mapping.importing.register import Register
from people.models import User

DATED_ENDING = re.compile(
    r"[\s._-]*(?:\(\d+\)|v\d+(?:[._]\d+)*|(?:19|20)\d{2}(?:[._-]?\d{2}(?:[._-]?\d{2})?)?|\d{2}[._-]\d{2}[._-](?:19|20)\d{2})$",
    re.I,
)


class UsageError(Exception):
    """The command was not said as it must be; the message says how."""


@dataclass
class Request:
    """What somebody asks to import. `source` and `preset_*` come from the table of known sources.

    `name` is what the person called the file, when it lies under another name here. `tell(step, done, total)` is told
    how far it is, and may raise to stop it. `keep` is false for a look that leaves no ImportRun behind.
    """

    layer: str
    path: Path
    city: str | None = None
    crs: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    id_column: str | None = None
    kind: str | None = None
    valid_from: date | None = None
    close_missing: bool = False
    dry_run: bool = False
    sublayer: str | None = None
    source: str | None = None
    preset_mapping: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    register: Register | None = None
    user: User | None = None
    name: str = ""
    tell: Callable[..., None] = silent
    keep: bool = True

    @property
    def file_name(self) -> str:
        return self.name or self.path.name

    @property
    def source_name(self) -> str:
        """The source of the records: the one that was named, else the file's name."""
        return self.source or source_name(Path(self.file_name))


def source_name(path: Path) -> str:
    """The source of a file: its name without ending, date or version. "Patti_2025-08-18 (1).csv" → "patti"."""
    stem = path.name.split(".")[0] if path.suffix else path.name
    while (shorter := DATED_ENDING.sub("", stem)) != stem and shorter:
        stem = shorter
    return slugify(stem.replace("_", "-"))[:100] or "file"
