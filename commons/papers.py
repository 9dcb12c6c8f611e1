"""Documents: what a file is, by what is in it and never by its name. They are kept as they were sent."""

import zipfile
from typing import IO

from django.utils.translation import gettext as _

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", ODT: "odt", DOCX: "docx", "image/jpeg": "jpg"}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
MOST_PARTS = 5_000


class NotADocument(Exception):
    """The file cannot be taken; its words say why and what to do."""


def is_picture(source: IO[bytes]) -> bool:
    """Whether it begins as a JPEG, PNG or WEBP does: a scan, which is written anew like a photo."""
    source.seek(0)
    head = source.read(12)
    source.seek(0)
    return head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def media_type(source: IO[bytes]) -> str:
    """PDF, ODT or DOCX. Raises NotADocument. Nothing is unpacked but the few bytes that name an ODT."""
    source.seek(0)
    head = source.read(8)
    source.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    found = packed(source) if head.startswith(b"PK\x03\x04") else ""
    source.seek(0)
    if not found:
        raise NotADocument(
            _("Only PDF, ODT, DOCX and scans in JPEG or PNG can be taken. Save it as PDF and try again.")
        )
    return found


def packed(source: IO[bytes]) -> str:
    """What a zipped document is; empty when it is none, is damaged, or carries programs."""
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MOST_PARTS or any(name.endswith("vbaProject.bin") for name in names):
                return ""
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return DOCX
            if "mimetype" in names and archive.getinfo("mimetype").file_size == len(ODT):
                with archive.open("mimetype") as kind:
                    return ODT if kind.read(len(ODT)) == ODT.encode() else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return ""
    return ""
