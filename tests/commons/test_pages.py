import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import resolve, reverse
from django.utils import translation

from commons.models import Building, House, Pact, Proposal
from commons.models.moving import record_states
from commons.words import MEANS, means, way
from neighbourhoods.days import day_words, on_day, until_day
from neighbourhoods.models import Neighbourhood
from neighbourhoods.records import Published
from neighbourhoods.vocabulary import Visibility
from tests import factories as make

pytestmark = pytest.mark.django_db
FACTORIES = {
    "buildings": make.BuildingFactory,
    "houses": make.HouseFactory,
    "pacts": make.PactFactory,
    "proposals": make.ProposalFactory,
    "neighbourhoods": make.NeighbourhoodFactory,
    "districts": make.DistrictFactory,
    "organisations": make.OrganisationFactory,
    "streets": make.StreetFactory,
    "waters": make.WaterFactory,
}
KINDS = pytest.mark.parametrize("kind", FACTORIES)


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src"} and value]


def read(client, record: Published, language: str = "it") -> str:
    with translation.override(language):
        response = client.get(record.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def links(text: str) -> list[str]:
    parser = Links()
    parser.feed(text)
    return parser.found


@pytest.fixture
def around():
    """A neighbourhood with one of each thing, tied together."""
    district = make.DistrictFactory(name="Circoscrizione 6")
    make.NeighbourhoodFactory(name="Barriera", parent=district)
    house = make.HouseFactory(name="Bagni", operator=make.OrganisationFactory(name="Liberi"))
    building = make.BuildingFactory(name="Ex scuola", use_since=date(2014, 9, 1))
    group = make.OrganisationFactory(name="Comitato")
    pact = make.PactFactory(name="Il patto", building=building, house=house, signatories=[group])
    proposal = make.ProposalFactory(name="La proposta", building=building, house=house, pact=pact, proposers=[group])
    return {"building": building, "house": house, "pact": pact, "proposal": proposal, "group": group, "area": district}


@KINDS
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_kind_of_record_has_a_page_in_both_languages(kind, language, client):
    record = FACTORIES[kind]()
    text = read(client, record, language)
    assert record.name in text
    assert f'<html lang="{language}">' in text
    assert f'<h1 class="record-name" lang="{record.language}">' in text
    with translation.override(language):
        assert record.get_licence_display() in text
    assert f"/id/{record.uid}" in text
    assert "creativecommons.org" in text


@KINDS
def test_the_permanent_address_leads_to_the_page(kind, client):
    record = FACTORIES[kind]()
    answer = client.get(f"/id/{record.uid}")
    assert (answer.status_code, answer["Location"]) == (302, f"/torino/{kind}/{record.uid}/")
    assert client.get(f"/en/id/{record.uid}")["Location"] == f"/en/torino/{kind}/{record.uid}/"


@KINDS
@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_what_was_public_and_is_not_any_more_answers_410(kind, visibility, client):
    record = FACTORIES[kind](visibility=visibility, name="Nome ritirato")
    answer = client.get(f"/id/{record.uid}")
    assert answer.status_code == 410
    assert "Nome ritirato" not in answer.content.decode()
    assert client.get(record.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("state", Proposal.NOT_PUBLIC)
def test_a_draft_is_not_found_whatever_its_visibility(state, visibility, client):
    record = make.ProposalFactory(state=state, visibility=visibility)
    assert client.get(f"/id/{record.uid}").status_code == 404
    assert client.get(record.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "address", ["/id/nothing", "/torino/buildings/nothing/", "/nowhere/about/", "/id/%F0%9F%8F%A0"]
)
def test_an_unknown_address_is_not_found(address, client):
    make.CityFactory()
    assert client.get(address).status_code == 404


@KINDS
def test_a_record_answers_only_under_its_own_city_and_layer(kind, client):
    record, other = FACTORIES[kind](), make.CityFactory(slug="latina")
    assert client.get(reverse("feature", args=[other.slug, kind, record.uid])).status_code == 404
    for layer in set(FACTORIES) - {kind}:
        assert client.get(reverse("feature", args=["torino", layer, record.uid])).status_code == 404


def test_pages_are_read_and_nothing_else(client):
    record = make.BuildingFactory()
    assert client.post(record.get_absolute_url()).status_code == 405
    assert client.head(record.get_absolute_url()).status_code == 200


def test_a_building_says_its_state_and_names_what_hangs_on_it(client, around):
    text = read(client, around["building"])
    for name in ("house", "pact", "proposal"):
        assert around[name].name in text
    assert "2014" in text and "Barriera" in text and "Circoscrizione 6" in text


@pytest.mark.parametrize(
    "page,named",
    [("house", ["Il patto", "La proposta", "Liberi", "Ex scuola"]),
     ("pact", ["Ex scuola", "Bagni", "Comitato", "La proposta"]),
     ("proposal", ["Ex scuola", "Bagni", "Comitato", "Il patto"]), ("group", ["Il patto", "La proposta"]),
     ("area", ["Ex scuola", "Bagni", "Il patto", "La proposta", "Barriera"])],
)  # fmt: skip
def test_each_page_links_to_the_others(page, named, client, around):
    text = read(client, around[page])
    for name in named:
        assert re.search(rf"<a[^>]*>{name}</a>", text), name


@pytest.mark.parametrize("begun", ["/torino/about/", pytest.param("/en/torino/about/", marks=pytest.mark.slow)])
def test_every_link_of_every_page_answers(client, around, begun):
    """The drill goes from an English page through both languages to every address; the quick test stays with the
    Italian ones, and asks each kind of page or file a dozen times."""
    seen, waiting, asked = set(), [begun], Counter()
    whole = begun.startswith("/en/")
    left_out = () if whole else ("/en/",)
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        if not whole:
            kind = resolve(address.partition("?")[0]).view_name
            asked[kind] += 1
            if asked[kind] > 12:
                continue
        answer = client.get(address)
        assert answer.status_code in {200, 302, 204}, f"{address} answers {answer.status_code}"
        if "text/html" in answer.get("Content-Type", "") and "/torino/?" not in address:
            page = answer.content.decode()
            sheets = re.findall(r'rel="stylesheet" href="([^"]*)', page)
            assert all(one.startswith("/static/") for one in sheets), address
            found = {link.partition("#")[0] for link in links(page)}
            waiting += [
                one for one in found - seen if one.startswith("/") and not one.startswith(("/static/", *left_out))
            ]
    assert len([one for one in seen if one.startswith("/torino/")]) > 10


@pytest.mark.parametrize("hidden", ["building", "house", "pact", "proposal", "group"])
def test_a_hidden_record_is_named_on_no_page(hidden, client, around):
    record = around[hidden]
    type(record).objects.filter(pk=record.pk).update(visibility="hidden")
    for name, other in around.items():
        if name != hidden:
            text = read(client, other)
            assert record.name not in text and record.uid not in text, f"{hidden} shows on the page of {name}"


def test_a_submitted_proposal_is_named_nowhere(client, around):
    Proposal.objects.filter(pk=around["proposal"].pk).update(state="submitted", public_since=None)
    record_states(Proposal, [around["proposal"].pk])
    for name in ("building", "house", "pact", "group", "area"):
        assert "La proposta" not in read(client, around[name])


def test_pages_carry_a_drawing_of_the_place_and_the_way_to_the_map(client):
    record = make.BuildingFactory()
    found = links(read(client, record))
    assert f"/map.svg?feature={record.uid}&width=640&height=480" in found
    assert f"/torino/?feature={record.uid}" in found


def test_a_record_without_a_place_says_so_instead_of_a_drawing(client):
    record = make.BuildingFactory(place=None, precision="none")
    text = read(client, record, "en")
    assert "map.svg" not in text
    assert "small-map-empty" in text


def test_an_example_and_an_approximate_place_are_called_so(client):
    text = read(client, make.BuildingFactory(example=True, precision="approximate"))
    assert "tag-example" in text and "tag-approximate" in text
    text = read(client, make.BuildingFactory())
    assert "tag-example" not in text and "tag-approximate" not in text


def test_schematic_boundaries_are_called_so_with_the_command_that_replaces_them(client):
    city = make.CityFactory(profile={"official": {"primary": "script/manage import_source zone FILE"}})
    territory = make.NeighbourhoodFactory(partition__schematic=True, precision="schematic")
    for address in (territory.get_absolute_url(), f"/{city.slug}/about/"):
        text = client.get(address).content.decode()
        assert "tag-schematic" in text
        assert "script/manage import_source zone FILE" in text
    official = make.NeighbourhoodFactory(partition__name="Ufficiali", partition__role="")
    assert "import_source" not in read(client, official)


def test_a_place_across_a_border_names_both_sides_with_their_shares(client):
    make.NeighbourhoodFactory(name="Di qua", x=7.67, half=0.01)
    make.NeighbourhoodFactory(name="Di là", x=7.69, half=0.01)
    text = read(client, make.BuildingFactory(place=make.line((7.675, 45.07), (7.685, 45.07))))
    assert re.search(r"Di qua</a> \(50 %\).*Di là</a> \(50 %\)", text, re.S)


def test_the_nearest_house_is_the_nearest_one_that_is_open(client):
    make.HouseFactory(name="Chiusa", status="closed")
    make.HouseFactory(name="Lontana", x=7.75)
    make.HouseFactory(name="Vicina", x=7.69)
    text = read(client, make.BuildingFactory())
    assert "Vicina" in text and "Lontana" not in text and "Chiusa" not in text


def test_names_and_texts_are_escaped(client):
    evil = "<script>alert(1)</script>"
    record = make.BuildingFactory(name=evil, description=evil, how_to_ask=evil, owner=evil, source_note=evil)
    assert evil not in read(client, record)


def test_a_website_that_is_not_one_is_no_link(client):
    organisation = make.OrganisationFactory(website="javascript:alert(1)")
    assert "javascript:" not in links(read(client, organisation))


def test_the_territories_of_a_city_lead_from_district_to_neighbourhood(client, around):
    text = client.get("/torino/about/").content.decode()
    assert text.index("Circoscrizione 6") < text.index("Barriera")


def test_neighbours_are_the_territories_that_touch(client):
    here = make.NeighbourhoodFactory(name="Qui")
    make.NeighbourhoodFactory(name="Accanto", x=7.70)
    make.NeighbourhoodFactory(name="Altrove", x=7.75)
    text = read(client, here)
    assert "Accanto" in text and "Altrove" not in text


def test_an_old_territory_says_that_it_is_no_longer_in_force(client):
    territory = make.NeighbourhoodFactory()
    type(territory.partition).objects.update(current=False)
    assert "alert-notice" in read(client, territory)


@pytest.mark.parametrize("kind", ["buildings", "houses", "pacts", "proposals", "districts", "organisations"])
def test_a_page_asks_the_database_as_often_for_many_things_as_for_few(
    kind, client, around, django_assert_max_num_queries
):
    record = {"buildings": "building", "houses": "house", "pacts": "pact", "proposals": "proposal", "districts": "area"}
    record = around[record.get(kind, "group")]

    def asked() -> int:
        with django_assert_max_num_queries(36) as seen:
            read(client, record)
        return len(seen.captured_queries)

    few = asked()
    tied = {"house": around["house"], "building": around["building"]}
    for n in range(8):
        make.NeighbourhoodFactory(name=f"Altro {n}", parent=around["area"], x=7.70 + n / 1000)
        pact = make.PactFactory(**tied, signatories=[around["group"]])
        make.ProposalFactory(**tied, pact=pact, proposers=[around["group"]])
        make.BuildingFactory()
    # a shelf that overflows is counted: at most one statement more for each of four
    assert asked() <= few + 4


def test_the_city_page_asks_few_questions_for_many_things(client, around, django_assert_max_num_queries):
    for n in range(8):
        make.NeighbourhoodFactory(name=f"Altro {n}", parent=around["area"])
        make.HouseFactory()
        make.ProposalFactory()
    with django_assert_max_num_queries(15):
        assert client.get("/torino/about/").status_code == 200


def test_a_city_without_anything_says_what_would_fill_it(client):
    make.CityFactory()
    text = client.get("/torino/about/").content.decode()
    assert text.count('class="empty"') == 3


def test_every_public_state_has_a_sentence():
    assert set(MEANS["buildings"]) == set(Building.UseStatus.values)
    assert set(MEANS["houses"]) == set(House.Status.values)
    assert set(MEANS["pacts"]) == set(Pact.State.values)
    assert set(MEANS["proposals"]) == set(Proposal.State.values) - set(Proposal.NOT_PUBLIC)
    assert means("streets", "") == ""


@pytest.mark.parametrize(
    "state,whens",
    [("under_review", "done now next next next next"), ("needs_changes", "done now next next next next"),
     ("codesign", "done done done now next next"), ("approved", "done done done done done now"),
     ("rejected", ""), ("redirected", ""), ("withdrawn", "")],
)  # fmt: skip
def test_the_way_of_a_proposal_says_what_is_behind_and_ahead(state, whens):
    assert [step.when for step in way(state)] == whens.split()


@pytest.mark.parametrize(
    "record,said",
    [(Building(use_status="disused", use_since=date(2014, 9, 1)), "Disused since 2014"),
     (Building(use_status="reused"), "In use again"),
     (House(status="unknown"), "Not confirmed"),
     (Pact(state="active", ends_on=date(2027, 3, 31)), "Active until 31 March 2027"),
     (Pact(state="active"), "Active"), (Pact(state="suspended", ends_on=date(2027, 3, 31)), "Suspended"),
     (Pact(state="expired", ends_on=date(2022, 5, 31)), "Ended on 31 May 2022"),
     (Proposal(state="codesign", submitted_on=date(2026, 3, 2)), "In co-design, submitted on 2 March 2026")],
)  # fmt: skip
def test_a_state_is_said_in_words_with_its_date(record, said):
    with translation.override("en"):
        assert record.state_words() == said


def test_days_are_written_as_people_write_them():
    assert day_words(date(2026, 3, 1)) == "1º marzo 2026"
    assert day_words(date(2026, 3, 21)) == "21 marzo 2026"
    assert day_words(date(2026, 11, 11)) == "11 novembre 2026"
    with translation.override("en"):
        assert day_words(date(2026, 3, 1)) == "1 March 2026"


@pytest.mark.parametrize(
    "day,on,until", [(1, "il 1º", "fino al 1º"), (8, "l'8", "fino all'8"), (11, "l'11", "fino all'11")]
)
def test_the_article_before_a_day_follows_its_sound(day, on, until):
    assert on_day(date(2026, 3, day)) == f"{on} marzo 2026"
    assert until_day(date(2026, 3, day)) == f"{until} marzo 2026"
    with translation.override("en"):
        assert until_day(date(2026, 3, day)) == f"until {day} March 2026"


def test_the_layer_of_a_territory_is_that_of_its_part_in_the_city():
    assert make.DistrictFactory().layer == "districts"
    assert make.NeighbourhoodFactory().layer == "neighbourhoods"
    assert Neighbourhood.objects.count() == 2
