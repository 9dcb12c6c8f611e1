"""FlatGeobuf: one file that can be read in pieces, with an index where every record has a place."""

from pathlib import Path

from mapping.formats import qgis
from mapping.formats.files import Making
from mapping.formats.ogr import write_layer


def write(making: Making, path: Path) -> None:
    """Records without a place cannot be in an index, so a file that has some comes without one."""
    indexed = making.survey.count > 0 and not making.survey.kinds.get("")
    options = {
        "SPATIAL_INDEX": "YES" if indexed else "NO",
        "TITLE": making.about.title,
        "DESCRIPTION": making.about.description,
        "TEMPORARY_DIR": str(path.parent),
    }
    write_layer(
        making,
        path,
        "FlatGeobuf",
        making.batches(),
        making.schema(),
        making.survey.kinds,
        layer=making.name,
        layer_options=options,
        layer_metadata=qgis.plain_facts(making),
    )
