"""The names that DCAT-AP_IT asks for: namespaces, and the codes of the European vocabularies we use."""

from rdflib import Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD

from neighbourhoods.vocabulary import Licence

DCATAPIT = Namespace("http://dati.gov.it/onto/dcatapit#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
GSP = Namespace("http://www.opengis.net/ont/geosparql#")
EU = "http://publications.europa.eu/resource/authority/"
PREFIXES = {
    "dcat": DCAT, "dct": DCTERMS, "dcatapit": DCATAPIT, "foaf": FOAF, "gsp": GSP, "locn": LOCN, "owl": OWL,
    "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip

# Files that the European vocabulary has no word for go as the nearest one it has.
FILE_TYPES = {
    "geojson": "GEOJSON", "geojsonl": "GEOJSON", "csv": "CSV", "xlsx": "XLSX", "gpkg": "GPKG", "zip": "SHP",
    "kml": "KML", "fgb": "BIN", "parquet": "PARQUET",
}  # fmt: skip
LICENCE_TYPES = {
    Licence.CC0: "PublicDomain", Licence.CC_BY: "Attribution", Licence.CC_BY_3_IT: "Attribution",
    Licence.ODBL: "ViralEffect-ShareAlike",
}  # fmt: skip
# Where records of one dataset differ, the licence that asks most of who uses it again stands for the whole.
MOST_BINDING = (Licence.ODBL, Licence.CC_BY, Licence.CC_BY_3_IT, Licence.CC0)
THEMES = {
    "REGI": ("Regioni e città", "Regions and cities"),
    "SOCI": ("Popolazione e società", "Population and society"),
    "GOVE": ("Governo e settore pubblico", "Government and public sector"),
    "TRAN": ("Trasporti", "Transport"),
    "ENVI": ("Ambiente", "Environment"),
}
LANGUAGES = {"it": "ITA", "en": "ENG"}
SPATIAL_REFERENCE = "http://www.opengis.net/def/crs/"


def eu(table: str, code: str) -> URIRef:
    """The address of a code in one of the authority tables of the Publications Office."""
    return URIRef(f"{EU}{table}/{code}")


def crs_uri(name: str) -> URIRef:
    """The address of `CRS84` or `EPSG:n` in the register of the OGC."""
    code = "OGC/1.3/CRS84" if name == "CRS84" else f"EPSG/0/{name.removeprefix('EPSG:')}"
    return URIRef(SPATIAL_REFERENCE + code)


def binding(licences: list[str]) -> Licence:
    """The licence that a whole dataset goes under."""
    return next(one for one in MOST_BINDING if one.value in licences)
