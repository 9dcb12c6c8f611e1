"""Run by the interpreter that QGIS belongs to: what headless QGIS reads of a site, as JSON on standard output.

It ends without taking QGIS down, which crashes in some distributions after everything is done.
"""

import json
import os
import sys


def main(site: str, layers: list[str]) -> None:
    """Every layer counted and read, one of them filtered, and a picture of its vector tiles."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from qgis.core import QgsApplication, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    said = {"rows": {}, "counts": {}}
    for slug in layers:
        layer = QgsVectorLayer(f"url='{site}/ogc/' typename='{slug}' pageSize='100'", slug, "OAPIF")
        assert layer.isValid(), slug
        said["counts"][slug] = layer.featureCount()
        said["rows"][slug] = {one["id"]: [one["name"], first_of(one.geometry())] for one in layer.getFeatures()}
    layer = QgsVectorLayer(f"url='{site}/ogc/' typename='buildings'", "filtered", "OAPIF")
    assert layer.setSubsetString("\"use_status\" = 'disused'")
    said["filtered"] = [one["id"] for one in layer.getFeatures()]
    said["colours"] = drawn(f"{site}/tiles/neighbourhoods/%7Bz%7D/%7Bx%7D/%7By%7D.mvt")
    print(json.dumps(said), flush=True)
    os._exit(0)


def first_of(geometry) -> list[float] | None:
    """The first position of a place, to five decimals."""
    if geometry.isNull():
        return None
    vertex = next(geometry.vertices())
    return [round(vertex.x(), 5), round(vertex.y(), 5)]


def drawn(tiles: str) -> int:
    """How many colours a picture of one tile has."""
    from qgis.core import (
        QgsCoordinateReferenceSystem,
        QgsMapRendererSequentialJob,
        QgsMapSettings,
        QgsTileMatrix,
        QgsTileXYZ,
        QgsVectorTileBasicRenderer,
        QgsVectorTileLayer,
    )
    from qgis.PyQt.QtCore import QSize

    layer = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=5&zmax=22", "tiles")
    assert layer.isValid()
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(QgsVectorTileBasicRenderer.simpleStyleWithRandomColors())
    layer.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(256, 256))
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsTileMatrix.fromWebMercator(12).tileExtent(QgsTileXYZ(2135, 1472, 12)))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return len({picture.pixel(x, y) for x in range(0, 256, 2) for y in range(0, 256, 2)})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
