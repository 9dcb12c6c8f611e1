"""Zip archives: what may be unpacked, and where to. Only the parts that are read leave the archive."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .records import Refusal

MAX_ENTRIES = 1000
MAX_UNPACKED_BYTES = 800 * 1024 * 1024
MAX_RATIO = 300
SMALL_BYTES = 10 * 1024 * 1024
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED_PARTS = (".shp", ".shx", ".dbf")
READABLE = (".geojson", ".json", ".geojsonl", ".gpkg", ".kml", ".gml", ".csv", ".fgb", ".parquet")
WORKBOOK = "xl/workbook.xml"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Unpacked:
    """`path` is a `.shp` whose parts lie beside it, or one other file; `layers` are the names to choose from."""

    path: Path
    layer: str
    layers: list[str]


def entries(path: Path) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The files of an archive; raises Refusal for one that is broken, encrypted, too big or reaches outside itself."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal("zip-broken") from error
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise Refusal("zip-too-big")
    for info in infos:
        name = PurePosixPath(info.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in info.filename or ":" in info.filename.split("/")[0]:
            raise Refusal("zip-unsafe-name", name=info.filename[:100])
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refusal("zip-unsafe-name", name=info.filename[:100])
        if info.flag_bits & 0x1:
            raise Refusal("zip-encrypted")
        if info.file_size > SMALL_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Refusal("zip-too-big")
    if sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
        raise Refusal("zip-too-big")
    files = [info for info in infos if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    names = [info.filename.casefold() for info in files]
    if len(set(names)) < len(names):
        raise Refusal("zip-doubled-name")
    return archive, files


def is_spreadsheet(path: Path) -> bool:
    """Whether an archive is a workbook of Excel or LibreOffice, by what is in it. Raises as `entries`."""
    archive, files = entries(path)
    with archive:
        names = {info.filename: info for info in files}
        if WORKBOOK in names:
            return True
        kind = names.get("mimetype")
        try:
            return kind is not None and kind.file_size < 100 and archive.read(kind).strip() == OPEN_DOCUMENT
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Refusal("zip-broken") from error


def unpack(path: Path, folder: Path, wanted: str | None) -> Unpacked:
    """Write the one dataset of an archive into `folder`, under names of our own. Several without `wanted`: Refusal."""
    archive, files = entries(path)
    with archive:
        if any(info.filename in {"[Content_Types].xml", "mimetype"} for info in files):
            raise Refusal("format-unsupported")
        suffixes = {PurePosixPath(info.filename).suffix.casefold() for info in files}
        endings = (".shp",) if ".shp" in suffixes else READABLE
        found = {_layer(info): info for info in files if PurePosixPath(info.filename).suffix.casefold() in endings}
        if not found:
            missing = suffixes & {".dbf", ".shx"}
            raise Refusal("shapefile-incomplete", missing=".shp") if missing else Refusal("zip-nothing-readable")
        layers = sorted(found)
        layer = choose(layers, wanted)
        chosen = found[layer]
        if ".shp" not in suffixes:
            suffix = PurePosixPath(chosen.filename).suffix.casefold()
            return Unpacked(_write(archive, chosen, folder / f"member{suffix}"), layer, layers)
        return Unpacked(_shapefile(archive, files, chosen, folder), layer, layers)


def choose(layers: list[str], wanted: str | None) -> str:
    """The layer that was asked for, or the only one; else a Refusal that lists what there is."""
    if wanted is not None and wanted not in layers:
        raise Refusal("layer-unknown", wanted=wanted, layers=", ".join(layers[:20]))
    if wanted is None and len(layers) > 1:
        raise Refusal("layer-ambiguous", layers=", ".join(layers[:20]), names=layers[:200])
    return wanted or layers[0]


def _layer(info: zipfile.ZipInfo) -> str:
    return str(PurePosixPath(info.filename).with_suffix(""))


def _shapefile(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], chosen: zipfile.ZipInfo, folder: Path) -> Path:
    stem = _layer(chosen).casefold()
    present = set()
    for info in files:
        suffix = PurePosixPath(info.filename).suffix.casefold()
        if _layer(info).casefold() == stem and suffix in SHAPEFILE_PARTS:
            _write(archive, info, folder / f"data{suffix}")
            present.add(suffix)
    missing = [part for part in NEEDED_PARTS if part not in present]
    if missing:
        raise Refusal("shapefile-incomplete", missing=", ".join(missing))
    return folder / "data.shp"


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> Path:
    """Unpack one file in pieces, so that one that lies about its size is stopped; checks its checksum."""
    written = 0
    try:
        with archive.open(info) as source, target.open("wb") as out:
            while piece := source.read(1 << 20):
                written += len(piece)
                if written > info.file_size or written > MAX_UNPACKED_BYTES:
                    raise Refusal("zip-too-big")
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refusal("zip-broken") from error
    return target
