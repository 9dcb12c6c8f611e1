"""The catalogue for portals: what is in it, in which forms, and that its shapes hold and can fail."""

import json
from datetime import date

import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCAT, DCTERMS, OWL, RDF, SH, XSD

from commons.models import Building
from mapping.dcat import views as dcat
from mapping.dcat.facts import all_facts
from mapping.dcat.graph import catalogue, iri
from mapping.dcat.words import DCATAPIT, FILE_TYPES, THEMES, VCARD, binding, crs_uri
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.query import Query
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence
from tests import factories as make
from tests.conftest import counted
from tests.source import ROOT

pytestmark = pytest.mark.django_db
SHAPES = ROOT / "mapping" / "dcat" / "shapes.ttl"
FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


def shapes() -> Graph:
    return Graph().parse(SHAPES)


@pytest.fixture
def answering(town):
    """A city whose profile says everything."""
    contact = {"name": "Ufficio beni comuni", "email": "beni comuni@example.org", "url": "https://example.org/a b"}
    City.objects.filter(slug="torino").update(profile={"ipa": "c_l219", "contact": contact})
    return town


def read(client, suffix: str = "ttl", **asked: str) -> Graph:
    response = client.get(f"/catalog.{suffix}", asked)
    assert response.status_code == 200, response.content
    return Graph().parse(data=response.content, format=FORMS[suffix])


def faults(graph: Graph) -> Graph:
    """The report of what is wrong with a graph."""
    _conforms, report, _text = pyshacl.validate(graph, shacl_graph=shapes())
    return report


def test_it_has_one_dataset_for_each_layer_and_city_and_one_distribution_for_each_format(client, answering):
    far = make.CityFactory(slug="latina")
    make.BuildingFactory(city=far, name="Altrove", place=make.point(7.7, 45.1))
    graph = read(client)
    wanted = {f"http://testserver/data/{slug}/torino/#dataset" for slug in LAYERS}
    wanted = {one.replace("http://testserver", dcat.settings.SITE_URL) for one in wanted}
    wanted.add(f"{dcat.settings.SITE_URL}/data/buildings/latina/#dataset")
    found = set(graph.subjects(RDF.type, DCATAPIT.Dataset))
    assert {str(one) for one in found} == wanted
    for dataset in found:
        files = [str(graph.value(one, DCTERMS["format"])).rpartition("/")[2] for one in
                 graph.objects(dataset, DCAT.distribution)]  # fmt: skip
        assert sorted(files) == sorted(FILE_TYPES[suffix] for suffix in FORMATS)


def test_every_format_and_every_theme_has_its_code():
    assert set(FORMATS) <= set(FILE_TYPES)
    assert {layer.theme for layer in LAYERS.values()} <= set(THEMES)


@pytest.mark.parametrize("suffix", FORMS)
def test_it_keeps_the_shapes_in_every_form_and_the_forms_say_the_same(client, answering, suffix):
    graph = read(client, suffix)
    conforms, _report, text = pyshacl.validate(graph, shacl_graph=shapes())
    assert conforms, text
    assert graph.isomorphic(read(client, "ttl"))
    assert len(graph) > 300


def test_a_city_without_a_profile_and_a_city_alone_keep_them_too(client, town):
    make.BuildingFactory(city=make.CityFactory(slug="latina"), place=make.point(7.7, 45.1))
    for asked in ({}, {"city": "torino"}, {"city": "latina"}):
        graph = read(client, **asked)
        conforms, _report, text = pyshacl.validate(graph, shacl_graph=shapes())
        assert conforms, text
    assert {str(one).split("/")[-2] for one in graph.subjects(RDF.type, DCAT.Dataset)} == {"latina"}
    assert not list(graph.subjects(RDF.type, VCARD.Organization))


def test_its_facts_are_those_of_the_data(client, answering):
    graph = read(client)
    base = f"{dcat.settings.SITE_URL}/data/buildings/torino/"
    dataset = URIRef(f"{base}#dataset")
    newest = Building.objects.public().order_by("-updated_at").first()
    assert graph.value(dataset, DCTERMS.modified) == Literal(newest.updated_at.date(), datatype=XSD.date)
    assert str(graph.value(dataset, OWL.versionInfo)) == all_facts([LAYERS["buildings"]])[0].version
    assert str(graph.value(URIRef(f"{base}#geojson"), DCAT.downloadURL)).endswith(
        "/layers/buildings.geojson?city=torino"
    )
    assert "POLYGON((7.66" in str(graph.value(URIRef(f"{base}#place"), DCAT.bbox))
    assert str(graph.value(URIRef(f"{base}#dataset"), DCTERMS.identifier)) == "c_l219:buildings"
    body = graph.value(dataset, DCTERMS.rightsHolder)
    assert str(graph.value(body, DCTERMS.identifier)) == "c_l219"
    mails = set(graph.objects(None, VCARD.hasEmail))
    assert mails == {URIRef("mailto:beni%20comuni@example.org")}
    period = graph.value(URIRef(base.replace("buildings", "pacts") + "#dataset"), DCTERMS.temporal)
    assert graph.value(period, DCATAPIT.startDate).toPython() == date(2020, 1, 1)


def test_the_licence_that_asks_most_stands_for_the_whole(client, town):
    Building.objects.filter(pk=town.buildings[0].pk).update(licence=Licence.ODBL, attribution="© OpenStreetMap")
    graph = read(client)
    node = URIRef(f"{dcat.settings.SITE_URL}/data/buildings/torino/#csv")
    assert graph.value(node, DCTERMS.license) == URIRef(Licence.ODBL.url)
    said = set(graph.objects(graph.value(node, DCTERMS.rights), None))
    assert Literal("© OpenStreetMap") in said
    assert binding(["CC0-1.0", "CC-BY-4.0"]) == Licence.CC_BY


def test_it_says_nothing_of_what_is_hidden(client, town):
    Building.objects.exclude(visibility="public").update(attribution="Xsegreto", licence=Licence.ODBL)
    for suffix in FORMS:
        text = client.get(f"/catalog.{suffix}").content.decode()
        assert "Xsegreto" not in text and "7.78" not in text and "odbl" not in text


def test_an_empty_installation_has_a_catalogue_of_nothing(client, db):
    graph = read(client)
    assert len(list(graph.subjects(RDF.type, DCAT.Catalog))) == 1
    assert not list(graph.subjects(RDF.type, DCAT.Dataset))


def test_it_is_sent_again_only_when_something_changed(client, town):
    first = client.get("/catalog.ttl")
    tag = first.headers["ETag"]
    with counted() as statements:
        assert client.get("/catalog.ttl", headers={"If-None-Match": tag}).status_code == 304
    assert len(statements) == 1
    Building.objects.filter(pk=town.buildings[0].pk).update(name="Altro nome")
    assert client.get("/catalog.ttl", headers={"If-None-Match": tag}).status_code == 200
    City.objects.filter(slug="torino").update(profile={"ipa": "c_l219"})
    assert "c_l219" in client.get("/catalog.ttl").content.decode()
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert 'type="application/rdf+xml"' in first.headers["Link"]


def test_it_takes_as_many_statements_for_many_cities_as_for_one(client, town):
    with counted() as one:
        client.get("/catalog.ttl")
    for number in range(5):
        city = make.CityFactory(slug=f"city-{number}")
        for each in range(3):
            make.BuildingFactory(city=city, name=f"{number} {each}")
    with counted() as many:
        client.get("/catalog.ttl")
    assert len(many) == len(one) <= 2 * len(LAYERS) + 3


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("text/turtle", "/catalog.ttl"), ("application/rdf+xml", "/catalog.rdf"), ("*/*", "/catalog.ttl"),
        ("application/ld+json", "/catalog.jsonld"), ("text/html,*/*;q=0.8", "/data/"),
        ("text/turtle;q=0.3, application/ld+json;q=0.9", "/catalog.jsonld"),
    ],
)  # fmt: skip
def test_a_client_is_led_to_the_form_that_it_likes_best(client, town, accept, location):
    response = client.get("/catalog", headers={"accept": accept})
    assert (response.status_code, response.headers["Location"]) == (303, location)
    assert "Accept" in response.headers["Vary"]


def test_what_it_does_not_have_it_says(client, town):
    assert client.get("/catalog", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/catalog.xml").status_code == 404
    assert client.get("/catalog.ttl?city=nowhere").status_code == 404
    assert client.get("/catalog.ttl?citta=torino").status_code == 400
    assert client.get("/catalog?city=torino").headers["Location"] == "/catalog.ttl?city=torino"
    assert json.loads(client.get("/catalog.xml").content)["type"] == "/problems/not-found"


def test_addresses_that_people_typed_become_addresses():
    assert iri("https://example.org/a b<c>") == URIRef("https://example.org/a%20b%3Cc%3E")
    assert crs_uri("CRS84") == URIRef("http://www.opengis.net/def/crs/OGC/1.3/CRS84")


# Each constraint of the shapes, and a fault that it must find.
WRONG = {
    SH.MinCountConstraintComponent: lambda values: [],
    SH.MaxCountConstraintComponent: lambda values: [*values, *(other(one) for one in values[:1])],
    SH.UniqueLangConstraintComponent: lambda values: [*values, Literal("di nuovo", lang="it")],
    SH.MinLengthConstraintComponent: lambda values: [Literal("", lang="it")],
    SH.DatatypeConstraintComponent: lambda values: [Literal("x", datatype=XSD.anyURI)],
    SH.NodeKindConstraintComponent: lambda values: [Literal("no address")],
    SH.ClassConstraintComponent: lambda values: [URIRef("urn:nobody")],
    SH.PatternConstraintComponent: lambda values: [URIRef("urn:elsewhere")],
    SH.HasValueConstraintComponent: lambda values: [],
}
COMPONENTS = {
    SH.minCount: SH.MinCountConstraintComponent, SH.maxCount: SH.MaxCountConstraintComponent,
    SH.uniqueLang: SH.UniqueLangConstraintComponent, SH.minLength: SH.MinLengthConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent, SH.nodeKind: SH.NodeKindConstraintComponent,
    SH["class"]: SH.ClassConstraintComponent, SH.pattern: SH.PatternConstraintComponent,
    SH.hasValue: SH.HasValueConstraintComponent,
}  # fmt: skip


def other(value):
    return URIRef(f"{value}-2") if isinstance(value, URIRef) else Literal(f"{value} 2", datatype=XSD.string)


def rules() -> list[tuple]:
    """Every constraint of a property: (class it is about, path, component, required value)."""
    graph, found = shapes(), []
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        target = graph.value(shape, SH.targetClass)
        for rule in graph.objects(shape, SH.property):
            path = graph.value(rule, SH.path)
            if isinstance(path, BNode):
                continue
            for name, component in COMPONENTS.items():
                if (rule, name, None) in graph:
                    found.append((target, path, component, graph.value(rule, SH.hasValue)))
    return sorted(found)


@pytest.fixture
def whole(answering) -> Graph:
    return catalogue(all_facts(), list(City.objects.all()))


def test_every_constraint_of_the_shapes_finds_its_fault(whole):
    known = rules()
    assert len(known) > 60
    assert not list(faults(whole).subjects(RDF.type, SH.ValidationResult))
    blind = [rule for rule in known if not found_by(whole, *rule)]
    assert not blind


def found_by(whole: Graph, target: URIRef, path: URIRef, component: URIRef, must: URIRef | None) -> bool:
    """Whether a fault against this constraint, made in one node, is reported as one against it."""
    node = next(iter(sorted(whole.subjects(RDF.type, target))))
    broken = Graph() + whole
    values = [must] if must is not None else sorted(whole.objects(node, path))
    if must is not None:
        broken.remove((node, path, must))
    else:
        broken.remove((node, path, None))
        for value in WRONG[component](values or [URIRef("http://example.org/one")]):
            broken.add((node, path, value))
    report = faults(broken)
    return any(
        report.value(result, SH.resultPath) == path and report.value(result, SH.sourceConstraintComponent) == component
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )


def test_what_stands_between_the_properties_finds_its_fault_too(whole):
    """The shapes' own constraints: nodes with an address, a period with a day, a distribution of one dataset."""
    told = {}
    for name, change in {
        "period": lambda g: [g.remove((None, day, None)) for day in (DCATAPIT.startDate, DCATAPIT.endDate)],
        "distribution": lambda g: g.remove((None, DCAT.distribution, next(g.subjects(RDF.type, DCAT.Distribution)))),
        "address": lambda g: g.add((BNode(), RDF.type, DCAT.Dataset)),
    }.items():
        broken = Graph() + whole
        change(broken)
        report = faults(broken)
        told[name] = {report.value(one, SH.sourceConstraintComponent)
                      for one in report.subjects(RDF.type, SH.ValidationResult)}  # fmt: skip
    assert SH.OrConstraintComponent in told["period"]
    assert SH.MinCountConstraintComponent in told["distribution"]
    assert SH.NodeKindConstraintComponent in told["address"]


def test_the_shapes_ask_for_what_the_profile_makes_mandatory():
    graph = shapes()
    asked = {
        (graph.value(shape, SH.targetClass), graph.value(rule, SH.path))
        for shape in graph.subjects(RDF.type, SH.NodeShape)
        for rule in graph.objects(shape, SH.property)
        if graph.value(rule, SH.minCount)
    }
    mandatory = {
        DCAT.Catalog: "title description publisher modified",
        DCAT.Dataset: "identifier title description modified rightsHolder accrualPeriodicity",
        DCAT.Distribution: "format license",
    }
    wanted = {(kind, DCTERMS[name]) for kind, names in mandatory.items() for name in names.split()}
    wanted |= {(DCAT.Catalog, DCAT.dataset), (DCAT.Dataset, DCAT.theme), (DCAT.Distribution, DCAT.accessURL)}
    assert wanted <= asked
    assert not [one for one in graph.objects(None, SH["or"]) if not len(Collection(graph, one))]


def test_every_address_of_a_distribution_answers(client, town):
    graph = read(client)
    addresses = {str(one).removeprefix(dcat.settings.SITE_URL) for one in graph.objects(None, DCAT.downloadURL)}
    assert len(addresses) == len(FORMATS) * len(LAYERS)
    for address in addresses:
        assert client.get(address).status_code == 200, address
    assert Query(LAYERS["buildings"], city="torino").address("csv") in addresses
