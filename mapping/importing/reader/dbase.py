"""What GDAL does not say about a Shapefile: the encoding of its table, and whether its parts belong together."""

import codecs
import re
import struct
from pathlib import Path

from .records import Refusal

LANGUAGE_DRIVERS = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252", 0x64: "cp852", 0xC8: "cp1250"}
LABELS = {"cp1252": "cp1252", "iso8859-1": "ISO-8859-1", "utf-8": "UTF-8"}


def codec_of(label: str) -> str | None:
    """A Python codec for what stands in a `.cpg` ("UTF-8", "ANSI 1250", "88591"); None when it means nothing."""
    text = label.strip().strip("\ufeff\x00")
    digits = re.sub(r"\D", "", text)
    candidates = [text, {"65001": "utf-8", "8": "utf-8"}.get(digits, f"cp{digits}")]
    if digits.startswith("8859") and len(digits) > 4:
        candidates.insert(0, f"iso8859-{digits[4:]}")
    for candidate in candidates:
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if info._is_text_encoding and not info.name.startswith(("utf-16", "utf-32", "idna", "punycode", "unicode")):
            return info.name
    return None


def texts(dbf: Path) -> list[bytes]:
    """The bytes of every text field of every record. A text that fills its field ends in a NUL here: its last
    character may be cut off."""
    data = dbf.read_bytes()
    if len(data) < 33:
        raise Refusal("shapefile-damaged", part=".dbf")
    records, start, length = struct.unpack_from("<IHH", data, 4)
    fields, offset, position = [], 1, 32
    while position + 32 <= min(start, len(data)) and data[position] != 0x0D:
        kind, size = chr(data[position + 11]), data[position + 16]
        if kind == "C":
            size += data[position + 17] << 8
            fields.append((offset, size))
        offset += size
        position += 32
    if length == 0 or start + records * length > len(data):
        raise Refusal("shapefile-damaged", part=".dbf")
    rows = (start + number * length for number in range(records))
    raw = (data[row + first : row + first + size] for row in rows for first, size in fields)
    return [text.rstrip(b" \x00") if text.endswith((b" ", b"\x00")) else text + b"\x00" for text in raw]


def _fits(values: list[bytes], codec: str) -> bool:
    """Whether every text is readable; in UTF-8 a last character cut off by the width of its field is forgiven."""
    for value in values:
        try:
            value.decode(codec)
        except UnicodeDecodeError as error:
            cut = codec == "utf-8" and value.endswith(b"\x00") and error.end >= len(value) - 1
            if not cut or error.reason == "invalid start byte":
                return False
    return True


def _windows(values: list[bytes]) -> bool:
    """Whether bytes occur that are letters in Windows' Western European code and control characters in Latin-1."""
    return any(re.search(rb"[\x80-\x9f]", value) for value in values)


def encoding_of(dbf: Path) -> tuple[str, list[tuple[str, dict]]]:
    """The Python codec of a table: its `.cpg` if that is true, else UTF-8 if it reads as such, else the header's, else
    Western European, which a table without accents also is. Second: what has to be said about it."""
    values = [value for value in texts(dbf) if not value.isascii()]
    cpg = dbf.with_suffix(".cpg")
    label = cpg.read_bytes()[:100].decode("latin-1") if cpg.exists() else ""
    declared = codec_of(label) if label else None
    notices: list[tuple[str, dict]] = []
    if label and declared is None:
        notices.append(("encoding-label-unknown", {"label": label.strip()[:40]}))
    utf8 = bool(values) and _fits(values, "utf-8")
    if declared and _fits(values, declared) and not (utf8 and declared != "utf-8"):
        return declared, notices
    with dbf.open("rb") as table:
        header = LANGUAGE_DRIVERS.get(table.read(30)[29])
    western = "cp1252" if _windows(values) and _fits(values, "cp1252") else "iso8859-1"
    if header == "cp1252" or (header and not _fits(values, header)):
        header = None
    found = "utf-8" if utf8 else header or western
    if declared and values:
        notices.append(("encoding-label-wrong", {"label": label.strip()[:40], "found": label_of(found)}))
    return found, notices


def label_of(codec: str) -> str:
    """How a codec is called in a report."""
    return LABELS.get(codec, codec)


def shape_types(shp: Path) -> list[int]:
    """The shape type of each record, 0 where there is none. Refuses parts that do not belong together or are cut off,
    which GDAL would silently read as records without geometry."""
    index, shapes = shp.with_suffix(".shx").read_bytes(), shp.read_bytes()
    with shp.with_suffix(".dbf").open("rb") as table:
        head = table.read(12)
    if len(index) < 100 or len(shapes) < 100 or index[:4] != b"\0\0\x27\x0a" or shapes[:4] != b"\0\0\x27\x0a":
        raise Refusal("shapefile-damaged", part=".shp")
    count = (len(index) - 100) // 8
    if len(head) < 12 or count != struct.unpack_from("<I", head, 4)[0]:
        raise Refusal("shapefile-damaged", part=".shx")
    types = []
    for number in range(count):
        offset, length = struct.unpack_from(">II", index, 100 + 8 * number)
        if length < 2 or offset * 2 + 8 + length * 2 > len(shapes):
            raise Refusal("shapefile-damaged", part=".shp")
        types.append(struct.unpack_from("<I", shapes, offset * 2 + 8)[0])
    return types
