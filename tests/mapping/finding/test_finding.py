"""What people type, and what they expect to find first."""

import json
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection

from commons.models import Building, Proposal
from mapping.finding.asking import Question, marked
from mapping.finding.find import best, find
from mapping.finding.indexes import COSTS, install_finding_indexes
from mapping.layers import LAYERS
from neighbourhoods.models import City
from tests import factories as make
from tests.hostile_texts import TEXTS
from tests.town import SECRET, territory

pytestmark = pytest.mark.django_db
NOTHING = ["", " ", "🌳", '"', "'\"&|!:*()<->", "zzzzqqqq", "%", "_", "\\", "§", "x" * 200]
HOSTILE = [text for name, text in TEXTS.items() if name != "a megabyte"]


@pytest.fixture
def busy(town):
    """The town with names that get into each other's way."""
    make.StreetFactory(name="Via Pomaro")
    make.StreetFactory(name="Via Giuseppe Garibaldi")
    make.StreetFactory(name="Corso Vittorio Emanuele II")
    make.StreetFactory(name="Piazza Castello")
    make.StreetFactory(name="Via Vanchiglia")
    make.StreetFactory(name="Raccordo 28")
    make.StreetFactory(name="Strada Castello di Mirafiori")
    make.BuildingFactory(name="Ex biblioteca Calvino", address="lungo Dora Agrigento 94", description="Con un cortile")
    make.BuildingFactory(name="Scuola Pestalozzi", address="via Banfo 32")
    make.HouseFactory(name="Casa del Quartiere di San Salvario", address="via Morgari 14")
    make.PactFactory(name="Cura degli orti", description="Giardini dell’Acqua")
    make.ProposalFactory(name="L'orto di tutti")
    make.OrganisationFactory(city=town.city, name="Associazione Orti Generali", description="Coltiviamo la città")
    return town


EXPECTED = [
    ("via po", "streets", "Via Po"),
    ("VIA PO", "streets", "Via Po"),
    ("v. po", "streets", "Via Po"),
    ("via po 12", "streets", "Via Po"),
    ("via Po, 12/A", "streets", "Via Po"),
    ("po", "waters", "Po"),
    ("vanchiglia", "neighbourhoods", "Vanchiglia"),
    ("vanchilia", "neighbourhoods", "Vanchiglia"),
    ("san salvario", "neighbourhoods", "San Salvario"),
    ("s. salvario", "neighbourhoods", "San Salvario"),
    ("sansalvario", "neighbourhoods", "San Salvario"),
    ("citta giardino", "neighbourhoods", "Città Giardino"),
    ("CITTA' GIARDINO", "neighbourhoods", "Città Giardino"),
    ("circoscrizione 8", "districts", "Circoscrizione 8"),
    ("garibaldi", "streets", "Via Giuseppe Garibaldi"),
    ("garibladi", "streets", "Via Giuseppe Garibaldi"),
    ("c.so vittorio", "streets", "Corso Vittorio Emanuele II"),
    ("corso vitorio emanuele", "streets", "Corso Vittorio Emanuele II"),
    ("p.za castello", "streets", "Piazza Castello"),
    ("p.zza castello 5", "streets", "Piazza Castello"),
    ("pizza castelo", "streets", "Piazza Castello"),
    ("raccordo 28", "streets", "Raccordo 28"),
    ("miarfiori", "streets", "Strada Castello di Mirafiori"),
    ("biblioteche", "buildings", "Ex biblioteca Calvino"),
    ("bibliotech", "buildings", "Ex biblioteca Calvino"),
    ("lungo dora", "buildings", "Lungo Dora"),
    ("dora agrigento", "buildings", "Ex biblioteca Calvino"),
    ("cortili calvino", "buildings", "Ex biblioteca Calvino"),
    ("scuole pestalozzi", "buildings", "Scuola Pestalozzi"),
    ("pestalozi", "buildings", "Scuola Pestalozzi"),
    ("casa di quartiere san salvario", "houses", "Casa del Quartiere di San Salvario"),
    ("morgari", "houses", "Casa del Quartiere di San Salvario"),
    ("mutuo soccorso", "organisations", "Società di Mutuo Soccorso"),
    ("societa soccorso", "organisations", "Società di Mutuo Soccorso"),
    ("orti generali", "organisations", "Associazione Orti Generali"),
    ("l'orto", "proposals", "L'orto di tutti"),
    ("l’orto di", "proposals", "L'orto di tutti"),
    ("dell'acqua", "pacts", "Cura degli orti"),
    ("giardino acqua", "pacts", "Cura degli orti"),
]


def test_what_is_meant_comes_first(busy):
    wrong = {}
    for typed, layer, name in EXPECTED:
        hits = find(Question.read(typed), busy.city, 10).hits
        if not hits or (hits[0].layer.slug, hits[0].place.name) != (layer, name):
            wrong[typed] = [(hit.name, round(hit.score)) for hit in hits[:3]]
    assert not wrong


def test_what_says_nothing_finds_nothing_and_fails_nowhere(client, busy):
    for typed in NOTHING:
        assert find(Question.read(typed), busy.city, 10).hits == [], typed
        assert client.get("/en/torino/search/", {"q": typed}).status_code == 200, typed
        assert client.get("/en/torino/search.json", {"q": typed}).json()["hits"] == [], typed


def test_hostile_words_are_refused_or_answered(client, busy):
    for typed in [*HOSTILE, "a" * 201, "a & !b | (c:*) <-> d", "مرحبا via po", "via po' OR 1=1 --"]:
        for address in ("/torino/search/", "/torino/search.json", "/search/", "/search.json", "/torino/"):
            assert client.get(address, {"q": typed}).status_code in {200, 400}, (address, typed)


def test_what_cannot_be_read_is_a_clear_400(client, town):
    for query in ("q=a&q=b", "q=%00", "q=%ff", "q=a&kind=nothing", "kind=houses&kind=pacts"):
        assert client.get(f"/torino/search/?{query}").status_code == 400, query
        answer = client.get(f"/torino/search.json?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), query
    assert client.get("/nowhere/search.json?q=a").status_code == client.get("/nowhere/search/").status_code == 404


def test_what_is_not_public_is_never_found(client, busy):
    found = [SECRET, f"{SECRET} one", "Xsegrto", "segreto"]
    for typed in found:
        for address in ("/torino/search/", "/torino/search.json", "/search/", "/search.json"):
            text = client.get(address, {"q": typed}).content.decode()
            assert text.count("data-uid=") == 0 and '"uid"' not in text, (typed, address)
    building = Building.objects.get(name="Scuola Pestalozzi")
    assert building.uid in client.get("/torino/search.json?q=pestalozzi").content.decode()
    Building.objects.filter(pk=building.pk).update(visibility="withdrawn")
    assert building.uid not in client.get("/torino/search.json?q=pestalozzi").content.decode()


def test_the_text_of_a_proposal_is_found_from_the_step_that_opens_it(town):
    early = make.ProposalFactory(name="Tetto", description="Un melograno", state="under_review")
    open_one = make.ProposalFactory(name="Muro", description="Un melograno", state="in_consultation")
    Proposal.objects.filter(pk=early.pk).update(text_public=False)
    Proposal.objects.filter(pk=open_one.pk).update(text_public=True)
    assert [hit.place.uid for hit in find(Question.read("melograni"), town.city, 10).hits] == [open_one.uid]


def test_who_runs_a_house_leads_to_it_unless_they_are_hidden(town):
    hits = find(Question.read("mutuo soccorso"), town.city, 10).hits
    assert {hit.place.name for hit in hits} == {"Società di Mutuo Soccorso", "Casa del Quartiere"}
    type(town.operator).objects.filter(pk=town.operator.pk).update(visibility="hidden")
    assert find(Question.read("mutuo soccorso"), town.city, 10).hits == []


def test_a_city_finds_its_own_and_all_cities_find_everything(client, town):
    other = make.CityFactory(slug="latina")
    territory(make.PartitionFactory(city=other), "1", "San Salvario", (7.66, 45.04, 7.70, 45.08))
    names = [hit["url"] for hit in client.get("/torino/search.json?q=san salvario").json()["hits"]]
    assert len(names) == 1 and names[0].startswith("/torino/")
    everywhere = client.get("/search.json?q=san salvario").json()["hits"]
    assert {hit["url"].split("/")[1] for hit in everywhere} == {"torino", "latina"}
    assert {hit["line"] for hit in everywhere} == {"Torino", "Latina"}


def test_a_house_number_that_is_not_known_is_said(client, town):
    answer = client.get("/en/torino/search.json?q=via po 12").json()
    assert answer["hits"][0]["name"] == "Via Po" and "12" in answer["said"]
    page = client.get("/en/torino/search/?q=via po 12").content.decode()
    assert answer["said"] in page


def test_a_known_house_number_is_found_at_its_door(client, town):
    make.AddressFactory(city=town.city, name="Via Po", number="12", place=make.point(7.69, 45.07))
    make.AddressFactory(city=town.city, name="Via Po", number="12/A", place=make.point(7.691, 45.07))
    make.AddressFactory(city=town.city, name="Via Po", number="120")
    names = [hit["name"] for hit in client.get("/torino/search.json?q=via po 12").json()["hits"]]
    assert names == ["Via Po 12", "Via Po 12/A", "Via Po"]
    answer = client.get("/en/torino/search.json?q=v. po 12a").json()
    assert answer["hits"][0]["name"] == "Via Po 12/A" and "not" not in answer["said"]
    assert answer["hits"][0]["point"] == [7.691, 45.07]
    assert answer["hits"][0]["url"].startswith("/en/torino/?bbox=7.689")
    assert client.get("/torino/search.json?q=via po").json()["hits"][0]["name"] == "Via Po"


def test_a_layer_without_searched_attributes_is_not_found_and_a_newcomer_is(client, town, monkeypatch):
    unsearched = tuple(replace(attribute, search=False) for attribute in LAYERS["buildings"].attributes)
    silent = replace(LAYERS["buildings"], attributes=unsearched)
    newcomer = replace(LAYERS["buildings"], slug="schools", title="Scuole aperte")
    monkeypatch.setitem(LAYERS, "buildings", silent)
    assert client.get("/torino/search.json?q=perche reused").json()["hits"] == []
    monkeypatch.setitem(LAYERS, "schools", newcomer)
    hits = client.get("/torino/search.json?q=perche reused").json()["hits"]
    assert [(hit["layer"], hit["kind"]) for hit in hits] == [("schools", "Scuole aperte")]
    page = client.get("/torino/search/?q=perche reused").content.decode()
    assert 'data-layer="schools"' in page and f"/torino/schools/{hits[0]['uid']}/" in page


def test_suggestions_are_the_same_for_everybody_and_have_a_tag(client, busy):
    answer = client.get("/torino/search.json?q=via")
    assert answer["Cache-Control"] == "no-cache" and "X-Accel-Expires" in answer and not answer.cookies
    again = client.get("/torino/search.json?q=via", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_suggestions_are_few_and_of_several_kinds(busy):
    for number in range(20):
        make.BuildingFactory(name=f"Scuola {number}")
    make.OrganisationFactory(city=busy.city, name="Amici della scuola")
    found = best(find(Question.read("scuola"), busy.city, 8))
    assert len(found.hits) == 8
    assert {hit.layer.slug for hit in found.hits} == {"buildings", "organisations", "pacts"}


def test_the_page_groups_marks_and_offers_more_of_a_kind(client, busy):
    for number in range(12):
        make.BuildingFactory(name=f"<b>Palestra</b> {number}")
    page = client.get("/en/torino/search/?q=palestre").content.decode()
    assert page.count("data-uid=") == 10 and "kind=buildings" in page
    assert "<mark>Palestra</mark>" in page and "<b>" not in page
    whole = client.get("/en/torino/search/?q=palestre&kind=buildings").content.decode()
    assert whole.count("data-uid=") == 12


def test_pieces_of_one_street_are_one_line_around_them_all(town):
    make.StreetFactory(name="Via Nizza", place=make.line((7.66, 45.04), (7.67, 45.05)))
    make.StreetFactory(name="Via Nizza", place=make.line((7.67, 45.05), (7.68, 45.06)))
    (hit,) = find(Question.read("via nizza"), town.city, 10).hits
    west, south, east, north = hit.box
    assert west <= 7.66 and south <= 45.04 and east >= 7.68 and north >= 45.06


@pytest.mark.parametrize(
    ("text", "asked", "parts"),
    [
        ("Via Po", "po", ["Po"]),
        ("Città Giardino", "citta", ["Città"]),
        ("L'orto dell’Acqua", "orto acqua", ["orto", "Acqua"]),
        ("Ex scuola", "scuole", ["scuola"]),
        ("Via Garibaldi", "garibladi", ["Garibaldi"]),
        ("Via Pola", "via po", ["Via", "Po"]),
        ("Straße", "stra", ["Stra"]),
        ("Casa", "zzz", []),
    ],
)
def test_the_part_that_answers_is_marked(text, asked, parts):
    pieces = marked(text, asked)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, answers in pieces if answers] == parts


@pytest.mark.parametrize(
    ("text", "street", "number", "door"),
    [
        ("via Po 12", "via Po", "12", "12"),
        ("via Po, n. 12/A", "via Po", "12", "12 A"),
        ("corso Dante 012 bis", "corso Dante", "12", "12 bis"),
        ("circoscrizione 8", "circoscrizione", "8", "8"),
        ("12", "", "", ""),
        ("25 aprile", "", "", ""),
        ("via 20 settembre", "", "", ""),
    ],
)
def test_a_house_number_is_read_at_the_end(text, street, number, door):
    question = Question.read(text)
    assert (question.street, question.number, question.door) == (street, number, door)


@pytest.mark.slow
def test_the_streets_of_torino_are_found_as_they_are_typed_wrongly_too(db, shared_data):
    file = shared_data / "scale" / "torino_streets_osm.geojson"
    call_command("import_source", "torino-streets", str(file), verbosity=0)
    city = City.objects.get(slug="torino")
    names = [feature["properties"]["name"] for feature in json.loads(file.read_text())["features"]][::50]
    whole = [name for name in names if len(name) > 8]
    first = {name: find(Question.read(name), city, 5).hits[0].place.name for name in whole}
    assert {name: other for name, other in first.items() if name.lower() != other.lower()} == {}
    wrong = [name[: len(name) // 2] + name[len(name) // 2 + 1 :] for name in whole]
    found = {typed: [hit.place.name for hit in find(Question.read(typed), city, 5).hits] for typed in wrong}
    missed = [typed for name, typed in zip(whole, wrong, strict=True) if name not in found[typed]]
    assert len(missed) <= 0.1 * len(whole), missed


def test_postgresql_is_told_that_words_cost_more_than_an_index(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION mc_words(text) COST 100")
        install_finding_indexes()
        cursor.execute("SELECT proname, procost FROM pg_proc WHERE proname = ANY(%s)", [list(COSTS)])
        assert dict(cursor.fetchall()) == COSTS
