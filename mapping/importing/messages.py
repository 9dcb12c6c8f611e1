"""Every sentence of the importer, by its code. The codes stand in reports and are part of the contract."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# The whole file: nothing was written.
REFUSED = {
    "file-not-readable": _("The file cannot be opened: %(detail)s."),
    "file-too-big": _("The file is bigger than %(limit)s MB. Split it, or leave out columns that are not needed."),
    "empty-file": _("The file is empty."),
    "format-unsupported": _(
        "This is not a format that can be read. Use GeoJSON, CSV, Excel, a zipped Shapefile, GeoPackage, KML, GML, "
        "FlatGeobuf or GeoParquet."
    ),
    "shapefile-loose": _("A Shapefile is several files: put .shp, .shx, .dbf, .prj and .cpg into one zip archive."),
    "shapefile-incomplete": _("The Shapefile is not complete: %(missing)s is missing from the archive."),
    "shapefile-damaged": _("The Shapefile is damaged: its %(part)s file does not fit the others. Export it again."),
    "zip-broken": _("The archive is damaged, or is not a zip archive. Make it again."),
    "zip-encrypted": _("The archive asks for a password. Make it again without one."),
    "zip-unsafe-name": _("The archive holds a file that would be written outside its folder: %(name)s."),
    "zip-doubled-name": _("The archive holds two files with the same name."),
    "zip-too-big": _("Unpacked, the archive would be too big."),
    "zip-nothing-readable": _("The archive holds no file that can be read."),
    "layer-ambiguous": _("The file holds several layers (%(layers)s). Say which with --sublayer NAME."),
    "layer-unknown": _("The file holds no layer called %(wanted)s, only: %(layers)s."),
    "geopackage-broken": _("The GeoPackage is damaged, or is another kind of database."),
    "geopackage-no-layer": _("The GeoPackage holds no layer with a geometry."),
    "geopackage-view": _("The GeoPackage holds a view, %(name)s. Export the data as a plain table."),
    "geopackage-trigger": _("The GeoPackage holds a program of its own, %(name)s. Export the data as a plain table."),
    "spreadsheet-old": _("This is an Excel file of the old kind (.xls). Save it as .xlsx and try again."),
    "parquet-geo": _("The Parquet file says nothing usable about its places. Export it again as GeoParquet."),
    "parquet-encoding": _("The places of the GeoParquet file are written as %(encoding)s. Export them as WKB."),
    "xml-definitions": _("The file defines entities of its own (<!DOCTYPE>). Export it without them."),
    "xml-broken": _("The XML breaks at line %(line)s: it may be cut off."),
    "utf-16": _("The text is in UTF-16. Save it as UTF-8."),
    "not-utf-8": _("GeoJSON must be UTF-8; byte %(position)s is not."),
    "json-invalid": _("The JSON breaks at line %(line)s, column %(column)s: it may be cut off."),
    "json-constant": _("%(constant)s is not a number that JSON knows."),
    "json-too-deep": _("The JSON is nested too deep to be a map."),
    "json-number-too-long": _("The JSON holds a number of thousands of digits."),
    "json-doubled-name": _("A name stands twice in the same JSON object: nobody can know which value is meant."),
    "geojson-shape": _("The JSON is not GeoJSON: a FeatureCollection, a Feature or a geometry is expected."),
    "crs-member": _('The "crs" member of the GeoJSON names no coordinate system that can be looked up safely.'),
    "csv-invalid": _("The CSV cannot be read: %(detail)s."),
    "csv-no-header": _("The first line of the CSV must name its columns."),
    "too-many-columns": _("The file has %(count)s columns; at most %(limit)s can be read."),
    "too-large-to-read": _("Reading the file takes more memory than an import may use. Split it."),
    "file-unreadable": _("The file cannot be read as %(driver)s: %(detail)s"),
    "reader-out-of-time": _("Reading the file took too long and was stopped. Nothing was written."),
    "reader-failed": _("Reading the file failed (%(code)s). Nothing was written."),
    "reader-unsafe": _("This installation cannot read files safely: its GDAL opens more formats than it should."),
    "crs-missing": _(
        "The file does not say in which coordinate system it is. Add --crs EPSG:n: for Italian data often "
        "EPSG:3003, EPSG:32632 or EPSG:25832; EPSG:4326 if the numbers are degrees."
    ),
    "crs-unknown": _("The coordinate system %(crs)s is not known here. Use an EPSG code, for example --crs EPSG:3003."),
    "column-unknown": _("The file has no column %(column)s. It has: %(columns)s."),
    "field-unknown": _("%(field)s is no field of this layer. It has: %(fields)s."),
    "no-rows": _("The file holds no rows."),
    "nothing-applied": _("No row could be imported; the reasons are listed row by row."),
    "city-without-extent": _("The city %(city)s does not exist, and the file has no geometry to place it."),
    "import-running": _("Another import is running. Try again when it has ended."),
    "boundary-not-found": _("The file holds no single boundary with the name %(name)s."),
    "usage": "%(detail)s",
    "fetch-address": _("The address must begin with https:// or http:// and name a host, without a password."),
    "fetch-host": _("Files are not fetched from %(host)s. The administrators of this site allow: %(hosts)s."),
    "fetch-private": _("%(host)s is an address of a private network: nothing is fetched from there."),
    "fetch-unreachable": _("%(host)s does not answer. It will be asked again."),
    "fetch-redirect": _("The address leads on to another host, %(host)s: that one is not asked."),
    "fetch-redirects": _("The address leads on and on without an end."),
    "fetch-status": _("The host answered with an error (%(status)s). It will be asked again."),
    "fetch-slow": _("The host sends too slowly and was not waited for."),
    "work-killed": _("The work was interrupted. Nothing was changed. Start it again."),
    "work-stopped": _("The work was stopped. Nothing was changed."),
    "database-refused": _("The database refused the data (%(detail)s). Nothing was written."),
}

# One row: not imported.
REJECTED = {
    "not-a-feature": _("This is not a GeoJSON feature."),
    "properties-shape": _("The properties of the feature are not an object."),
    "json-doubled-name": REFUSED["json-doubled-name"],
    "geometry-type-unknown": _("The type of the geometry is not one of GeoJSON's."),
    "wrong-nesting": _("The coordinates are not nested as the type of the geometry asks."),
    "too-few-positions": _("The geometry has too few positions."),
    "ring-too-short": _("A ring of the polygon has fewer than four positions."),
    "coordinate-not-a-number": _("A coordinate is not a number."),
    "coordinate-not-finite": _("A coordinate is not a finite number."),
    "coordinate-missing": _("One of the two coordinates is missing."),
    "wkt-invalid": _("The geometry is not valid WKT."),
    "geometry-broken": _("The geometry cannot be read."),
    "csv-too-many-values": _("The row has %(count)s values for %(expected)s columns: is a text without quotes?"),
    "geometry-missing": _("The row has no geometry, and this layer needs one."),
    "geometry-nothing-left": _("Nothing is left of the geometry once it is repaired."),
    "geometry-wrong-type": _("The geometry is a %(found)s; this layer takes %(wanted)s."),
    "geometry-too-long": _("The geometry has %(count)s vertices; at most %(limit)s are kept."),
    "off-globe": _("The place is not on the globe: is the coordinate system right?"),
    "not-transformable": _("The place lies outside the area of its coordinate system."),
    "outside-city": _("The place lies outside the city."),
    "outside-city-swapped": _("The place lies outside the city; with latitude and longitude exchanged it lies inside."),
    "outside-italy": _("The place lies outside Italy."),
    "id-missing": _("The row has no identifier in the column %(column)s."),
    "id-duplicate": _("The identifier %(id)s stands already in row %(first)s."),
    "value-not-known": _(
        "Column %(column)s: “%(value)s” is not one of the known values. Write one of them, or leave it."
    ),
    "register-backwards": _("This row was a pact before, and now is a proposal: the office has to decide what holds."),
    "dates-out-of-order": _("The end date comes before the start date."),
}

# One row: imported, and changed on the way.
REPAIRED = {
    "ring-closed": _("A ring that was not closed has been closed."),
    "dimensions-dropped": _("Positions of different lengths: only the first numbers of each were kept."),
    "z-dropped": _("Heights were dropped: the map is flat."),
    "curve-linearised": _("Arcs were turned into short straight lines."),
    "geometry-repaired": _("The geometry was not valid and has been repaired: %(reason)s."),
    "parts-dropped": _("Parts of another kind were dropped: %(kept)s kept."),
    "geometry-empty": _("The geometry is empty: the record has no place on the map."),
    "geometry-absent": _("The row has no geometry: the record has no place on the map."),
    "geometry-unreadable": _("The geometry of the record is damaged and was not read."),
    "feature-id-ignored": _("The identifier of the feature is neither text nor number and was ignored."),
    "number-not-finite": _("Column %(column)s: a number that is not finite was dropped."),
    "text-cleaned": _("Column %(column)s: characters that cannot be stored were taken out."),
    "text-cut": _("Column %(column)s: the text was cut after %(limit)s characters."),
    "value-unknown": _("Column %(column)s: “%(value)s” is not one of the known values and was not used."),
    "value-unreadable": _("Column %(column)s: “%(value)s” could not be read and was not used."),
    "date-completed": _("Column %(column)s: only “%(value)s” is known; its first day was stored."),
    "name-missing": _("The row has no name; it is called “%(name)s”."),
    "person-not-named": _("A natural person proposes: no name was taken over."),
    "group-not-named": _("The name of the group was not taken over: it may be that of a person."),
    "register-without-act": _("The register names no act with number and date for this pact."),
    "csv-too-few-values": _("The row has %(count)s values for %(expected)s columns; the last ones were left empty."),
}

# The whole file: imported, and worth knowing.
NOTICES = {
    "fetch-same": _("It was asked; nothing has changed there."),
    "fetch-new": _("It was asked, and sent a new edition."),
    "column-renamed": _("Column %(position)s (“%(column)s”) is called “%(renamed)s” here."),
    "reader-warning": _("The reader warns: %(detail)s"),
    "crs-not-identified": _("The coordinate system of the file has no known code: %(text)s"),
    "crs-option-ignored": _("--crs was not needed: the file says %(crs)s itself."),
    "encoding-label-unknown": _("The encoding named in the archive, “%(label)s”, is not known; it was found out."),
    "encoding-label-wrong": _("The archive says its text is “%(label)s”; it is %(found)s."),
    "sandbox-partial": _("On this system the reader could not be cut off from the network."),
    "city-created": _("The city %(city)s did not exist and was created around the data."),
    "partition-created": _("New official boundaries: “%(name)s”."),
    "partition-closed": _("“%(name)s” is closed: the official boundaries take its place."),
    "partition-future": _("“%(name)s” holds from %(day)s."),
    "state-default": _("No column tells the state: “%(state)s” was stored."),
    "register-state": _("“%(written)s” was understood as: %(layer)s, %(state)s (%(count)s rows)."),
    "state-kept": _("%(count)s records have been moved here since: their state stays as it is."),
    "records-closed": _("%(count)s records that are no longer in the file were withdrawn."),
    "records-kept": _("%(count)s records of this source are not in the file; they were kept."),
}

SENTENCES = NOTICES | REPAIRED | REJECTED | REFUSED


class ImportRefused(Exception):
    """Nothing was written, for the reason that `code` names."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return sentence(self.code, self.params)


def sentence(code: str, params: dict[str, Any] | None = None) -> str:
    """What a person reads, in their language; the bare code when the reader sends one that nobody knows."""
    template = SENTENCES.get(code)
    if template is None:
        return code
    try:
        return str(template) % (params or {})
    except (KeyError, ValueError, TypeError):
        return str(template)
