"""DCAT-AP_IT as a graph: a catalogue, its datasets and distributions, who answers for them. Texts in both languages.

The rules it follows are written as shapes in `shapes.ttl`; a test holds the two together. Nodes have addresses that
answer: a dataset is a page, and each of its distributions a place on that page.
"""

from datetime import date
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD

from mapping.catalogue import both
from mapping.dcat.facts import Facts
from mapping.dcat.words import (
    DCATAPIT,
    EU,
    FILE_TYPES,
    GSP,
    LANGUAGES,
    LICENCE_TYPES,
    LOCN,
    PREFIXES,
    THEMES,
    VCARD,
    binding,
    crs_uri,
    eu,
)  # fmt: skip
from mapping.formats import FORMATS
from mapping.formats.base import Format
from mapping.query import Query
from mapping.registry import Text
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence

CATALOGUE_TITLE = _("Open data of the map of the commons")
CATALOGUE_DESCRIPTION = _(
    "Neighbourhoods, disused public buildings, Case del Quartiere, proposals and pacts, always as the map shows them."
)
FIRST_DAY = date(2026, 1, 1)  # of a catalogue that holds nothing yet
MIXED = _("Each record names its own licence and source in the columns licence and attribution.")


def catalogue(datasets: list[Facts], cities: list[City], only: str = "") -> Graph:
    """The catalogue of these datasets; `only` is the city it is narrowed to, if any."""
    graph = Graph(bind_namespaces="none")
    for prefix, space in PREFIXES.items():
        graph.bind(prefix, space)
    node = URIRef(f"{settings.SITE_URL}/catalog" + (f"?city={only}" if only else ""))
    newest = max((facts.changed.date() for facts in datasets), default=FIRST_DAY)
    typed(graph, node, DCAT.Catalog, DCATAPIT.Catalog)
    say(graph, node, DCTERMS.title, CATALOGUE_TITLE)
    say(graph, node, DCTERMS.description, CATALOGUE_DESCRIPTION)
    graph.add((node, DCTERMS.modified, Literal(newest, datatype=XSD.date)))
    graph.add((node, FOAF.homepage, URIRef(f"{settings.SITE_URL}/data/")))
    graph.add((node, DCAT.themeTaxonomy, URIRef(f"{EU}data-theme")))
    typed(graph, URIRef(f"{EU}data-theme"), SKOS.ConceptScheme)
    for code in LANGUAGES.values():
        graph.add((node, DCTERMS.language, eu("language", code)))
    graph.add((node, DCTERMS.publisher, body_of(graph, cities[0]) if len(cities) == 1 else site(graph)))
    for facts in datasets:
        graph.add((node, DCAT.dataset, dataset(graph, facts)))
    return graph


def dataset(graph: Graph, facts: Facts) -> URIRef:
    layer, city = facts.layer, facts.city
    page = URIRef(settings.SITE_URL + facts.path)
    node, body = URIRef(f"{page}#dataset"), body_of(graph, city)
    typed(graph, node, DCAT.Dataset, DCATAPIT.Dataset)
    graph.add((node, DCTERMS.identifier, Literal(f"{identifier(city)}:{layer.slug}")))
    for language, title in both(layer.title).items():
        graph.add((node, DCTERMS.title, Literal(f"{title} ({city.name})", lang=language)))
        graph.add((node, DCAT.keyword, Literal(title, lang=language)))
    say(graph, node, DCTERMS.description, layer.description)
    graph.add((node, DCTERMS.modified, Literal(facts.changed.date(), datatype=XSD.date)))
    graph.add((node, OWL.versionInfo, Literal(facts.version)))
    graph.add((node, DCAT.theme, theme(graph, layer.theme)))
    for role in (DCTERMS.rightsHolder, DCTERMS.publisher):
        graph.add((node, role, body))
    graph.add((node, DCTERMS.accrualPeriodicity, eu("frequency", layer.frequency)))
    graph.add((node, DCTERMS.language, eu("language", "ITA")))
    graph.add((node, DCAT.landingPage, page))
    graph.add((node, DCTERMS.spatial, place(graph, node, facts)))
    if contact := contact_of(graph, city):
        graph.add((node, DCAT.contactPoint, contact))
    if any(facts.period):
        graph.add((node, DCTERMS.temporal, period(graph, node, *facts.period)))
    for name in ("CRS84", *(f"EPSG:{code}" for code in city.crs)):
        graph.add((node, DCTERMS.conformsTo, standard(graph, name)))
    for form in FORMATS.values():
        graph.add((node, DCAT.distribution, distribution(graph, facts, form)))
    return node


def distribution(graph: Graph, facts: Facts, form: Format) -> URIRef:
    node = URIRef(f"{settings.SITE_URL}{facts.path}#{form.suffix}")
    address = URIRef(settings.SITE_URL + Query(facts.layer, city=facts.city.slug).address(form.suffix))
    media_type = form.media_type.partition(";")[0]
    typed(graph, node, DCAT.Distribution, DCATAPIT.Distribution)
    say(graph, node, DCTERMS.title, form.title)
    if form.losses:
        say(graph, node, DCTERMS.description, form.losses)
    graph.add((node, DCAT.accessURL, address))
    graph.add((node, DCAT.downloadURL, address))
    graph.add((node, DCTERMS["format"], eu("file-type", FILE_TYPES[form.suffix])))
    graph.add((node, DCAT.mediaType, URIRef(f"https://www.iana.org/assignments/media-types/{media_type}")))
    graph.add((node, DCTERMS.modified, Literal(facts.changed.date(), datatype=XSD.date)))
    graph.add((node, DCTERMS.license, licence(graph, binding(facts.licences))))
    if len(facts.licences) > 1 or facts.attributions:
        graph.add((node, DCTERMS.rights, rights(graph, node, facts)))
    return node


def rights(graph: Graph, owner: URIRef, facts: Facts) -> URIRef:
    """What to say beside the data: the attributions, and that records may go under licences of their own."""
    node = URIRef(f"{owner.partition('#')[0]}#rights")
    typed(graph, node, DCTERMS.RightsStatement)
    for text in facts.attributions:
        graph.add((node, RDFS.label, Literal(text)))
    if len(facts.licences) > 1:
        say(graph, node, RDFS.label, MIXED)
    return node


def licence(graph: Graph, given: Licence) -> URIRef:
    node = URIRef(given.url)
    typed(graph, node, DCTERMS.LicenseDocument, DCATAPIT.LicenseDocument)
    graph.add((node, DCTERMS.type, URIRef(f"http://purl.org/adms/licencetype/{LICENCE_TYPES[given]}")))
    say(graph, node, FOAF.name, given.label)
    graph.add((node, DCTERMS.identifier, Literal(given.value)))
    return node


def theme(graph: Graph, code: str) -> URIRef:
    node = eu("data-theme", code)
    typed(graph, node, SKOS.Concept)
    for language, label in zip(LANGUAGES, THEMES[code], strict=True):
        graph.add((node, SKOS.prefLabel, Literal(label, lang=language)))
    return node


def standard(graph: Graph, crs: str) -> URIRef:
    node = crs_uri(crs)
    typed(graph, node, DCTERMS.Standard, DCATAPIT.Standard)
    graph.add((node, DCTERMS.identifier, Literal(crs)))
    return node


def place(graph: Graph, owner: URIRef, facts: Facts) -> URIRef:
    """Where the data are: the city, and the box around its records."""
    node = URIRef(f"{owner.partition('#')[0]}#place")
    typed(graph, node, DCTERMS.Location)
    graph.add((node, RDFS.label, Literal(facts.city.name)))
    if facts.bbox:
        west, south, east, north = (round(side, 6) for side in facts.bbox)
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        graph.add((node, DCAT.bbox, Literal(f"POLYGON(({ring}))", datatype=GSP.wktLiteral)))
        graph.add((node, LOCN.geometry, Literal(f"POLYGON(({ring}))", datatype=GSP.wktLiteral)))
    return node


def period(graph: Graph, owner: URIRef, since: date | None, until: date | None) -> URIRef:
    node = URIRef(f"{owner.partition('#')[0]}#period")
    typed(graph, node, DCTERMS.PeriodOfTime)
    for day, names in ((since, (DCATAPIT.startDate, DCAT.startDate)), (until, (DCATAPIT.endDate, DCAT.endDate))):
        for name in names if day else ():
            graph.add((node, name, Literal(day, datatype=XSD.date)))
    return node


def identifier(city: City) -> str:
    """The code of the public body in the index of public administrations (IPA), else the short name of the city."""
    return str(city.profile.get("ipa") or city.slug)


def body_of(graph: Graph, city: City) -> URIRef:
    """The public body of a city, as who publishes and holds the rights."""
    node = URIRef(f"{settings.SITE_URL}/{city.slug}/about/#body")
    typed(graph, node, FOAF.Agent, DCATAPIT.Agent)
    graph.add((node, DCTERMS.identifier, Literal(identifier(city))))
    graph.add((node, FOAF.name, Literal(city.body or city.name)))
    return node


def site(graph: Graph) -> URIRef:
    """This installation, as the publisher of a catalogue of several cities."""
    node = URIRef(f"{settings.SITE_URL}/#site")
    typed(graph, node, FOAF.Agent, DCATAPIT.Agent)
    graph.add((node, DCTERMS.identifier, Literal(urlsplit(settings.SITE_URL).hostname)))
    graph.add((node, FOAF.name, Literal("Mappa Comune")))
    return node


def contact_of(graph: Graph, city: City) -> URIRef | None:
    """Who answers questions: only where the profile names an address, because a contact without one is none."""
    contact = city.profile.get("contact", {})
    if not contact.get("email"):
        return None
    node = URIRef(f"{settings.SITE_URL}/{city.slug}/about/#contact")
    typed(graph, node, VCARD.Kind, VCARD.Organization, DCATAPIT.Organization)
    graph.add((node, VCARD.fn, Literal(contact.get("name") or city.body or city.name)))
    graph.add((node, VCARD.hasEmail, iri(f"mailto:{contact['email']}")))
    if contact.get("url"):
        graph.add((node, VCARD.hasURL, iri(contact["url"])))
    return node


def iri(text: str) -> URIRef:
    """An address that people typed, with what no address may hold written in percent."""
    return URIRef(quote(text, safe=":/?#[]@!$&'()*+,;=%~"))


def typed(graph: Graph, node: URIRef, *kinds: URIRef) -> None:
    for kind in kinds:
        graph.add((node, RDF.type, kind))


def say(graph: Graph, node: URIRef, name: URIRef, text: Text) -> None:
    """A text in Italian and in English."""
    for language, words in both(text).items():
        graph.add((node, name, Literal(words, lang=language)))
