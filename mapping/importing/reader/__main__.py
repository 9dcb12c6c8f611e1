"""`python -m mapping.importing.reader`: one JSON request on standard input, JSON lines on standard output.

Request: `{"path", "name", "layer"}`: a staged copy, what the person called it, the layer wanted when there are several.
Answer: a header, one line per row, an end line; or a last line `{"error": {"code", "params"}}`.
"""

import json
import sys
from pathlib import Path

from . import sandbox


def main() -> int:
    """Give up what is not needed, read, write. Exit code 0 also when the file is refused: the last line says so."""
    entered = sandbox.enter()
    # Everything bigger than the standard library is loaded only now, inside the limits.
    from .records import Refusal, Source, write

    def source_of(kind: str, path: Path, layer: str | None) -> Source:
        if kind == "geojson":
            from . import geojson

            return geojson.read(path.read_bytes())
        if kind == "csv":
            from . import tabular

            return tabular.read(path.read_bytes())
        if kind == "spreadsheet":
            from . import spreadsheet

            return spreadsheet.read(path, layer)
        if kind == "parquet":
            from . import parquet

            return parquet.read(path)
        from . import vector

        return vector.read(kind, path, layer)

    def read(path: Path, name: str, layer: str | None) -> Source:
        from .archive import is_spreadsheet, unpack
        from .sniff import sniff

        kind = sniff(path, name)
        if kind != "zip":
            if kind in {"gpkg", "kml", "gml", "fgb"}:
                path = path.rename(path.with_name(f"data.{kind}"))
            return source_of(kind, path, layer)
        if is_spreadsheet(path):
            return source_of("spreadsheet", path, layer)
        unpacked = unpack(path, path.parent, layer)
        inner = "shapefile" if unpacked.path.suffix == ".shp" else sniff(unpacked.path, unpacked.path.name)
        if inner == "zip":
            raise Refusal("zip-nothing-readable")
        source = source_of(inner, unpacked.path, None)
        source.layers = unpacked.layers
        return source

    request = json.load(sys.stdin)
    try:
        write(read(Path(request["path"]), request["name"], request.get("layer")), sys.stdout, entered)
    except Refusal as error:
        print(json.dumps({"error": {"code": error.code, "params": error.params}}))
    except MemoryError:
        print(json.dumps({"error": {"code": "too-large-to-read", "params": {}}}))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
