"""The map page as the server writes it: list, legend, downloads and panel say the same."""

import json
import random
import re

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from mapping.asking import asked_chips, distance_words, rings, time_words, year_span, years
from mapping.finding.jumps import list_jumps
from mapping.layers import LAYERS
from mapping.places import list_places
from mapping.printing import imprint, scale_bar
from mapping.selection import Selection, things
from tests import factories as make
from tests.source import ROOT
from tests.town import SECRET

pytestmark = pytest.mark.django_db


def select(town, query: str = "") -> Selection:
    return Selection.parse(town.city, QueryDict(query))


def uids(selection: Selection) -> set[str]:
    found, page = [], 1
    while part := list_places(selection, page):
        found += part
        page += 1
    return {place.uid for place in found}


def exported(get, selection: Selection) -> dict[str, set[str]]:
    return {
        query.layer.slug: {feature["id"] for feature in get(query.address("geojson"))["features"]}
        for query in selection.shown()
    }


def random_query(dice: random.Random) -> str:
    """Some filters and a viewport, as a person could have chosen them."""
    pairs = []
    for slug, name in (("buildings", "use_status"), ("pacts", "state"), ("proposals", "state"), ("houses", "status")):
        values = LAYERS[slug].attribute(name).choices.values
        pairs += [f"{slug}.{name}={value}" for value in dice.sample(values, dice.choice([0, 0, 1, 2]))]
    pairs += dice.choice([[], [], ["neighbourhood=San+Salvario"], ["district=Circoscrizione+8"]])
    pairs += dice.choice([[], [], ["q=patto"], ["q=perche"], ["q=cura"]])
    pairs += dice.choice([[], ["layers=buildings"], ["layers=pacts,houses"], ["layers=proposals,buildings,pacts"]])
    west, south = dice.uniform(7.65, 7.69), dice.uniform(45.03, 45.07)
    return "&".join([*pairs, f"bbox={west:.4f},{south:.4f},{west + 0.02:.4f},{south + 0.02:.4f}"])


def test_fifty_random_views_list_count_and_export_the_same(town, get):
    dice = random.Random(50)
    for _ in range(50):
        selection = select(town, random_query(dice))
        data = exported(get, selection)
        assert uids(selection) == set().union(*data.values()), selection.params
        counts = selection.counts()
        assert {slug: counts[slug] for slug in data} == {slug: len(ids) for slug, ids in data.items()}


def test_an_address_read_and_said_again_is_the_same(town):
    said = (
        "?layers=buildings,pacts&q=ex&buildings.use_status=disused&buildings.use_status=reused&bbox=7,45,8,46&feature=x"
    )
    assert select(town, said[1:]).address() == said
    assert select(town).address() == "?"


def test_no_layer_chosen_is_an_answer_and_not_the_default(town):
    assert select(town, "layers=").visible == ()
    assert len(select(town).visible) == 4
    assert [layer.slug for layer in select(town, "layers=&layers=pacts&layers=buildings").visible] == [
        "buildings",
        "pacts",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2",
        "layers=trees",
        "trees.height=3",
        "buildings.owner=x",
        "buildings.use_status=gone",
        "q=a&q=b",
        "fragment=x",
        "page=0",
    ],
)
def test_an_address_that_asks_for_what_is_not_here_gets_a_page_that_says_so(town, client, query):
    response = client.get(f"/en/torino/?{query}")
    assert response.status_code == 400
    assert "<h1>We could not read this address</h1>" in response.content.decode()


def test_what_other_sites_add_to_an_address_does_no_harm(town, client):
    assert client.get("/en/torino/?utm_source=mail&fbclid=x").status_code == 200


def test_a_city_that_is_not_here_is_a_404(town, client):
    assert client.get("/en/atlantide/").status_code == 404


def test_one_city_is_the_home_and_several_are_a_choice(town, client):
    assert client.get("/en/").headers["Location"] == "/en/torino/"
    make.CityFactory(slug="latina")
    page = client.get("/en/").content.decode()
    assert "/en/latina/" in page and "/en/torino/" in page


def test_nothing_hidden_shows_on_the_page_or_its_fragments(town, client):
    for query in ("", "fragment=list", "q=segreto", *(f"feature={one.uid}" for one in town.hidden)):
        assert SECRET not in client.get(f"/en/torino/?{query}").content.decode()
    assert client.get(f"/en/torino/?fragment=panel&feature={town.hidden[0].uid}").status_code == 404


def test_the_legend_counts_each_state_as_if_it_were_not_filtered(town):
    selection = select(town, "buildings.use_status=reused&q=perche")
    layer = LAYERS["buildings"]
    assert selection.facet(layer, layer.attribute("use_status")) == dict.fromkeys(
        ["disused", "underused", "in_regeneration", "reused"], 1
    )


def test_places_without_a_position_come_last_and_are_counted_apart(town, client):
    places = list_places(select(town, "layers=buildings&bbox=7.6,45,7.8,45.2"))
    assert [place.name for place in places if place.point is None] == [places[-1].name] == ["Senza posto"]
    page = client.get("/en/torino/?layers=buildings&bbox=7.6,45,7.8,45.2&fragment=list").content.decode()
    assert re.search(r"6 places here.*and 1 without a place", page, re.DOTALL)


def test_a_long_list_goes_on_with_show_more(town, client):
    for number in range(60):
        make.PactFactory(name=f"Zeta {number:03d}")
    first = client.get("/en/torino/?layers=pacts&fragment=list").content.decode()
    more = re.search(r'href="([^"]+)" data-more', first).group(1).replace("&amp;", "&")
    second = client.get(f"/en/torino/{more}&fragment=list").content.decode()
    seen = re.findall(r'<li class="thing" data-uid="([^"]+)"', first + second)
    assert len(seen) == len(set(seen)) == 70
    assert "data-more" not in second


def test_a_view_with_nothing_says_where_the_rest_is(town, client):
    page = client.get("/en/torino/?layers=houses&bbox=7.60,45.00,7.61,45.01&fragment=list").content.decode()
    assert "2 places are outside this view" in page


def test_straddling_names_what_reaches_in_from_outside(town):
    found = select(town, "bbox=7.661,45.0695,7.663,45.0705").straddling()
    assert [(slug, round(x, 3)) for slug, _, x, _ in found] == [("buildings", 7.66)]
    assert select(town).straddling() == []


def test_a_street_or_a_neighbourhood_named_in_the_search_is_a_place_to_go(town):
    assert [jump.name for jump in list_jumps(select(town, "q=via+po+23"))] == ["Via Po"]
    assert [(jump.name, jump.layer.slug) for jump in list_jumps(select(town, "q=vanchiglia"))] == [
        ("Vanchiglia", "neighbourhoods")
    ]
    assert list_jumps(select(town, "q=15")) == []


def test_the_panel_says_state_facts_and_where_to_ask(town, client):
    building = town.buildings[0]
    page = client.get(f"/en/torino/?fragment=panel&feature={building.uid}").content.decode()
    for words in ("Ex scuola perché disused", "Disused", "2010", "San Salvario", "Casa del Quartiere", "m away"):
        assert words in page, words


def test_the_panel_of_a_neighbourhood_counts_what_is_in_it(town, client):
    page = client.get(f"/en/torino/?fragment=panel&feature={town.west.uid}").content.decode()
    inside = {slug: int(n) for slug, n in re.findall(r"(\w+)</span> <span class=\"figure\">(\d+)", page)}
    assert inside["buildings"] == len(exported_in(client, "buildings", "San Salvario"))


def exported_in(client, slug: str, neighbourhood: str) -> list[dict]:
    body = client.get(f"/layers/{slug}.geojson", {"city": "torino", "neighbourhood": neighbourhood}).getvalue()
    return json.loads(body)["features"]


def test_the_script_is_told_of_every_layer_and_nothing_runs_inline(town, client):
    page = client.get("/en/torino/").content.decode()
    config = json.loads(re.search(r'<script id="map-config" type="application/json">(.*?)</script>', page).group(1))
    assert [layer["slug"] for layer in config["layers"]] == [layer.slug for layer in things()]
    assert config["ground"].keys() == {"territory", "street", "water"}
    assert not re.search(r"<script(?![^>]*(src=|application/(ld\+)?json))", page)
    assert " style=" not in page and "onclick" not in page


def test_schematic_boundaries_are_said_on_the_map(town, client):
    assert "schematic boundaries" not in client.get("/en/torino/").content.decode()
    town.west.partition.schematic = True
    town.west.partition.save()
    assert "schematic boundaries" in client.get("/en/torino/").content.decode()


def test_reading_leaves_no_cookie_and_the_footer_leads_somewhere(town, client):
    page = client.get("/en/torino/")
    assert not page.cookies
    for path in set(re.findall(r"<footer.*?</footer>", page.content.decode(), re.DOTALL)[0].split('href="')[1:]):
        assert client.get(path.split('"')[0]).status_code == 200


def test_a_name_with_markup_stays_a_name(town, client):
    make.BuildingFactory(name="<img src=x onerror=alert(1)>")
    for query in ("", "fragment=list", "q=%3Cimg"):
        assert "<img src=x" not in client.get(f"/en/torino/?{query}").content.decode()


def test_the_page_names_every_module_of_its_script_in_advance(town, client):
    page = client.get("/en/torino/").content.decode()
    named = {path.partition("/js/")[2] for path in re.findall(r'rel="modulepreload" href="([^"]+)"', page)}
    assert {"map/around.js", "map/marks.js", "lib/dom.js"} <= named
    assert "map/city-map.js" in named and all((ROOT / "static" / "js" / one).exists() for one in named)


def test_years_begin_with_the_first_dated_thing_and_the_time_asked_for_is_among_them(town):
    words = [one.word for one in years(select(town))]
    assert words[0] == "2020" and words[-1] == str(timezone.localdate().year)
    assert not any(one.on for one in years(select(town)))
    assert [one.word for one in years(select(town, f"datetime={year_span(2021)}")) if one.on] == ["2021"]
    with override("en"):
        (day,) = [one for one in years(select(town, "day=2019-05-06")) if one.on]
    assert (day.value, day.word) == ("2019-05-06", "6 May 2019")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("2018-01-01/2018-12-31", "2018"),
        ("2018-03-04", "4 March 2018"),
        ("2018-01-01/..", "from 1 January 2018"),
        ("../2018-03-04", "until 4 March 2018"),
        ("2018-03-04/2019-03-04", "4 March 2018 to 4 March 2019"),
    ],
)
def test_a_time_is_said_in_words(asked, words):
    with override("en"):
        assert time_words(asked) == words


def test_distances_are_said_in_metres_then_in_kilometres():
    with override("it"):
        assert [distance_words(one) for one in (250, 999, 1000, 1500, 2000.0)] == [
            "250 m", "999 m", "1 km", "1,5 km", "2 km",
        ]  # fmt: skip


def test_other_radii_are_offered_and_what_is_asked_can_be_taken_away(town):
    selection = select(town, "near=7.67,45.05,300&area=7.66,45.04,7.7,45.04,7.7,45.08&datetime=2020-02-02")
    assert [words for words, _, _ in rings(selection)] == ["250 m", "300 m", "500 m", "1 km", "2 km"]
    assert [on for _, _, on in rings(selection)] == [False, True, False, False, False]
    for _, address in asked_chips(selection):
        assert len(select(town, address[1:]).params) == 2
    assert rings(select(town)) == [] and asked_chips(select(town)) == []


def test_the_boundaries_on_the_page_are_those_of_the_last_day_asked_for(town):
    layer = LAYERS["neighbourhoods"]
    for asked, day in (("2018-01-01/2018-12-31", "2018-12-31"), ("2018-01-01/..", "2018-01-01"), ("", None)):
        time = select(town, f"datetime={asked}").ground(layer).time
        assert (time and str(time[1])) == day and (time is None or time[0] == time[1])


def test_a_scale_bar_is_a_round_length_and_fits(town):
    bar = scale_bar((7.6, 45.0, 7.7, 45.1), 1000, 750)
    assert (bar.words, 100 <= bar.pixels <= 250) == ("2 km", True)
    assert set(imprint((7.6, 45.0, 7.7, 45.1), (1000, 750))) == {"bar", "day"}


def test_ring_and_area_are_drawn_by_the_server_and_the_time_narrows_its_marks(town, client):
    frame = "city=torino&bbox=7.64,45.03,7.72,45.09&width=400&height=300&layers=pacts"
    plain = client.get(f"/map.svg?{frame}").content.decode()
    asked = client.get(f"/map.svg?{frame}&near=7.67,45.05,500&area=7.66,45.04,7.7,45.04,7.7,45.08").content.decode()
    drawn = '<g class="here"><path d="M129.4 250.0L270.6 250.0L270.6 50.0Z"/><circle cx="164.7" cy="200.0"'
    assert drawn in asked and asked.endswith("</g></svg>") and 'class="here"' not in plain
    before = client.get(f"/map.svg?{frame}&datetime=1990-01-01").content.decode()
    assert before != plain


def test_a_state_in_the_legend_leads_to_the_view_with_it_and_back(town, client):
    page = client.get("/en/torino/?buildings.use_status=disused").content.decode()
    toggles = dict(
        re.findall(r'class="key-one" href="([^"]*)" data-toggles="buildings.use_status" data-value="(\w+)"', page)
    )
    by_value = {value: address for address, value in toggles.items()}
    assert "use_status" not in by_value["disused"]
    assert "buildings.use_status=disused" in by_value["reused"] and "buildings.use_status=reused" in by_value["reused"]
