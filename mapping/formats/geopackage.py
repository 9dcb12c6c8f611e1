"""GeoPackage: one table, with its metadata and its look for QGIS inside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio
from django.utils import timezone

from mapping.formats import qgis
from mapping.formats.files import Making
from mapping.formats.ogr import write_layer

COLUMN = "geom"
METADATA = """
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT
  'dataset', md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL
  DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value
  INTEGER, timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition
  TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write'),
  ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata',
   'read-write');
"""
STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema
  TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT
  (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0);
"""
STANDARDS = {"http://mrcc.com/qgis.dtd": "text/xml", "http://purl.org/dc/terms/": "application/json"}


def write(making: Making, path: Path) -> None:
    about = making.about
    options = {"GEOMETRY_NAME": COLUMN, "IDENTIFIER": about.title, "DESCRIPTION": about.description}
    kinds = making.survey.kinds
    # A file that is not finished is nobody's; larger pages hold whole records.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_PRAGMA": "page_size=16384"})
    write_layer(
        making, path, "GPKG", making.batches(), making.schema(), kinds, layer=making.name, layer_options=options
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for statement in (METADATA + STYLES).split(";\n"):
            database.execute(statement)
        keep_metadata(database, making)
        keep_styles(database, making)
        database.execute("COMMIT")


def keep_metadata(database: sqlite3.Connection, making: Making) -> None:
    """What the table is, as QGIS shows it and as Dublin Core terms."""
    texts = (qgis.metadata(making), qgis.terms(making))
    for number, ((standard, media), text) in enumerate(zip(STANDARDS.items(), texts, strict=True), start=1):
        database.execute("INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, ?, ?)", (number, standard, media, text))
        database.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
            (making.name, f"{timezone.now():%Y-%m-%dT%H:%M:%S.000Z}", number),
        )


def keep_styles(database: sqlite3.Connection, making: Making) -> None:
    """One look for each family of geometries there is; that of the most records is the one that opens."""
    for number, family in enumerate(qgis.families(making.survey)):
        name = str(making.query.layer.slug) if number == 0 else f"{making.query.layer.slug} ({family})"
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
            " styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, ?, ?, ?, '')",
            (
                making.name, COLUMN, name, qgis.qml(making.query.layer, family), qgis.sld(making.query.layer, family),
                number == 0, making.about.title,
            ),
        )  # fmt: skip
