"""The pages and files of figures, read by everybody."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from commons.figures.computing import ALL, Cell, Cells, Scope, cells
from commons.figures.drawing import limits, rank_of
from commons.figures.editions import publish_edition
from commons.figures.facts import load_facts
from commons.figures.guard import hidden
from commons.indicators import INDICATORS
from commons.models import Edition, Funding, Pact, Programme, PublishedFigure
from mapping.layers.figures import COUNTED
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.commons.figures.small_city import small_city
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def seen(client, path: str, **params: str) -> str:
    response = client.get(path, params)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def test_why_27_is_not_41_is_found_by_counting_until_another_year(client):
    load_facts("reggio-emilia")
    sheet = seen(client, "/en/reggio-emilia/figures/")
    assert 'href="/en/reggio-emilia/figures/count/signings-so-far/"' in sheet
    page = seen(client, "/en/reggio-emilia/figures/count/signings-so-far/")
    year = page.split('data-year="2018"')[1].split("</tr>")[0]
    assert "<strong>27</strong>" in year and ">27</a>" in year and "diapositiva" not in year
    assert "<strong>42</strong>" in page.split('data-year="2019"')[1].split("</tr>")[0]
    later = seen(client, "/en/reggio-emilia/figures/count/signings-so-far/", until="2019-12-31")
    figure = PublishedFigure.objects.get(key="re-27")
    row = later.split(f'id="figure-{figure.uid}"')[1].split("</tr>")[0]
    assert 'data-verdict="differs"' in row and "42 is 15 more." in row


def test_a_sheet_is_read_in_the_same_statements_however_long_the_history(client):
    town = small_city()
    paths = ["/torino/figures/", f"/torino/figures/of/{town.west.uid}/", f"/torino/programmes/{town.plan.uid}/",
             "/torino/figures/count/signings-so-far/"]  # fmt: skip
    before = []
    for path in paths:
        with counted() as asked:
            seen(client, path)
        before.append(len(asked))
    for year in range(2005, 2024):
        make.PactFactory(signed_on=f"{year}-05-01", starts_on=f"{year}-05-01", ends_on=f"{year + 1}-05-01", x=7.66)
        stated(town.city, year)
    for path, number in zip(paths, before, strict=True):
        with counted() as asked:
            seen(client, path)
        assert len(asked) <= number + 2, path  # what was published of two figures of which nothing was before


def stated(city, year: int) -> None:
    day = date(year, 12, 31)
    said = {"as_of": day, "last": day, "value": year, "unit": "count", "source": "Atti", "locator": "p. 1"}
    for slug in ("signings", "signings-so-far"):
        PublishedFigure.objects.create(city=city, indicator=slug, **said)


def test_a_sheet_is_the_same_in_every_kind_of_file(client):
    load_facts("latina")
    data = json.loads(seen(client, "/en/latina/figures/data.json"))
    (pacts,) = (one for one in data["indicators"] if one["indicator"] == "signings-so-far")
    assert set(pacts["name"]) == {"it", "en"} and pacts["published"][0]["verdict"] == "match"
    assert (
        pacts["published"][0]["source"] and pacts["published"][0]["locator"] and pacts["published"][0]["computed"] == 5
    )
    rows = list(csv.DictReader(io.StringIO(seen(client, "/en/latina/figures/data.csv").lstrip("\ufeff"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/en/latina/figures/data.xlsx").content))
    header, *body = book["figures"].iter_rows(values_only=True)
    assert len(rows) == len(body) > 20
    both = [(row["value"] or None) for row in rows], [cell[header.index("value")] for cell in body]
    assert [None if one is None else float(one) for one in both[0]] == both[1]
    assert client.get("/en/latina/figures/data.pdf").status_code == 404


def test_examples_and_days_are_asked_of_the_page_and_wrong_days_are_said(client):
    town = small_city()
    number = 'data-indicator="signings"'
    few = seen(client, "/en/torino/figures/", until="2024-06-30").split(number)[1].split("</section>")[0]
    more = (
        seen(client, "/en/torino/figures/", until="2024-06-30", examples="on").split(number)[1].split("</section>")[0]
    )
    assert '<p class="figures-number">4</p>' in few and '<p class="figures-number">5</p>' in more
    for wrong in ("boh", "1066-10-14", "2999-01-01"):
        response = client.get("/en/torino/figures/", {"until": wrong})
        assert response.status_code == 400 and 'id="errors"' in response.content.decode()
    for path in ("happiness/", "jobs/", f"signings/{town.plan.uid}/"):
        assert client.get(f"/torino/figures/count/{path}").status_code == 404


def test_the_map_of_a_figure_says_what_is_not_known(client):
    load_facts("reggio-emilia")
    from neighbourhoods.models import City

    city = City.objects.get(slug="reggio-emilia")
    make.NeighbourhoodFactory(city=city, x=10.6, y=44.7, partition__role="primary")
    page = seen(client, "/en/reggio-emilia/figures/", map="signings")
    drawing = page.split('class="figures-map"')[1].split("</figure>")[0]
    assert drawing.count('data-rank="unknown"') == 2 and "not known" in drawing.split("figures-legend")[1]


def test_classes_hold_every_number_and_nought_is_its_own():
    edges = limits([Decimal(n) for n in (1, 2, 3, 50, 100)])
    assert edges == [(1, 3), (50, 50), (100, 100)]
    assert [rank_of(value, edges) for value in (None, Decimal(0), Decimal(2), Decimal(100))] == [-1, 0, 1, 3]
    assert limits([Decimal(2), Decimal(2)]) == [(2, 2)] and limits([]) == []


def test_few_persons_cannot_be_worked_out_from_a_sum():
    numbers = {(1, 2020, ""): 2, (1, 2021, ""): 9, (1, 2022, ""): 20, (1, ALL, ""): 31}
    found = {key: Cell(Decimal(value), 1) for key, value in numbers.items()}
    shut = hidden(Cells(INDICATORS["participants"], date(2024, 1, 1), found))
    assert shut == {(1, 2020, ""), (1, 2021, "")}
    assert not hidden(Cells(INDICATORS["signings"], date(2024, 1, 1), found))


def test_a_sheet_never_tells_fewer_than_four_persons(client):
    town = small_city()  # one volunteer signed a pact of the west in 2020
    page = seen(client, f"/en/torino/figures/count/signatories/{town.west.uid}/")
    row = page.split('data-year="2020"')[1].split("</tr>")[0]
    assert "fewer than 4" in row and ">1<" not in row
    data = json.loads(seen(client, f"/en/torino/figures/of/{town.west.uid}/data.json"))
    (entry,) = (one for one in data["indicators"] if one["indicator"] == "signatories")
    assert not [v for v in entry["values"] if v["part"] == "volunteer" and v["value"] in (1, 2, 3)]
    assert [v for v in entry["values"] if v["part"] == "volunteer" and v["few_persons"]]


def test_an_edition_is_listed_and_read_as_it_was_frozen(client):
    load_facts("latina")
    figure = PublishedFigure.objects.get(key="lt-62")
    edition = publish_edition(figure.city, 2022)
    PublishedFigure.objects.update(value=1)
    assert f"/en/latina/figures/editions/{edition.uid}/" in seen(client, "/en/latina/figures/editions/")
    page = seen(client, f"/en/latina/figures/editions/{edition.uid}/")
    assert edition.sha256 in page and "verdict-match" in page and "verdict-differs" not in page
    data = json.loads(seen(client, f"/en/latina/figures/editions/{edition.uid}/data.json"))
    assert data == Edition.objects.get().data and len(data["sheet"]["indicators"]) > 10
    assert seen(client, f"/en/latina/figures/editions/{edition.uid}/data.csv").count("published") == 3


def test_a_programme_says_its_parts_and_what_remains(client):
    load_facts("torino")
    plan = Programme.objects.get(key="urb-inclusion")
    assert plan.name in seen(client, "/en/torino/programmes/")
    page = seen(client, f"/en/torino/programmes/{plan.uid}/")
    for remainder in ("129", "39", "€ 1,350,000"):
        assert f'data-remainder="{remainder}"' in page


def test_staff_enter_a_published_figure_and_a_wrong_one_is_kept_from_it(client):
    city = make.CityFactory()
    sara = make.UserFactory(username="sara")
    Grant.objects.create(user=sara, role=Role.STAFF, city=city)
    client.force_login(sara)
    typed = {
        "indicator": "signings", "value": "7.900", "qualifier": "rounded", "last": "2019-06-19", "as_of": "2019-06-19",
        "breakdown": "Associazioni 431\nVolontari: 330", "source": "", "locator": "p. 2", "part": "",
    }  # fmt: skip
    refused = client.post("/en/torino/desk/figures/new/", typed)
    assert refused.status_code == 400 and "id_source" in refused.content.decode()
    assert not PublishedFigure.objects.exists()
    assert client.post("/en/torino/desk/figures/new/", typed | {"source": "Comunicato"}).status_code == 302
    figure = PublishedFigure.objects.get()
    assert (figure.value, figure.last_digit, figure.unit) == (7900, 100, "count")
    assert figure.breakdown == [{"part": "Associazioni", "value": "431"}, {"part": "Volontari", "value": "330"}]
    page = seen(client, "/en/torino/desk/figures/")
    assert "7,900" in page and 'data-verdict="not_computable"' in page
    assert 'value="7900"' in seen(client, f"/en/torino/desk/figures/{figure.uid}/")
    assert client.post("/en/torino/desk/figures/edition/", {"year": "2020"}).status_code == 302
    assert client.post("/en/torino/desk/figures/edition/", {"year": "2020"}).status_code == 400
    for wrong in ({"value": "tanti"}, {"value": "1e9"}, {"breakdown": "senza numero"}, {"indicator": "boh"}):
        assert client.post("/en/torino/desk/figures/new/", typed | {"source": "C"} | wrong).status_code == 400


def test_the_layer_of_figures_counts_what_the_table_of_figures_counts(get):
    town = small_city()
    assert set(COUNTED) == {one.slug for one in INDICATORS.values() if one.suits_map}
    known = {slug: cells(INDICATORS[slug], Scope(town.city, town.city.today())) for slug in COUNTED}
    assert any(one.at(town.west.pk).value for slug, one in known.items() if slug != "signings")
    for feature in get("indicators.geojson")["features"]:
        place = town.west.pk if feature["properties"]["name"] == "Ovest" else town.east.pk
        running = Pact.objects.public().filter(neighbourhood=place, example=False, state="active")
        for slug, figure in COUNTED.items():
            number = feature["properties"][figure.name]
            assert number == (running.count() if slug == "active" else known[slug].at(place).value), slug
            few = {None: "unknown", 0: "none", 1: "few", 2: "few"}.get(number, "some")
            assert feature["properties"][figure.class_name] == few, slug


def test_no_figure_of_the_map_counts_persons():
    """Its numbers are not guarded: four persons or fewer could be worked out of them."""
    assert not [one.slug for one in INDICATORS.values() if one.suits_map and one.persons]


def test_the_layer_of_figures_says_where_nothing_is_known(get):
    make.NeighbourhoodFactory()
    (feature,) = get("indicators.geojson")["features"]
    assert feature["properties"]["signings_class"] == "unknown" and feature["properties"]["signings"] is None


def test_a_reader_chooses_which_figure_the_map_draws(client):
    """In the address; legend, list, drawing and print say it, and what the layer holds stays the same."""
    town = small_city()
    view = "/en/torino/?layers=indicators&indicators.shown=reused-buildings"
    page = client.get(view)
    (layer,) = (one for one in page.context["config"]["layers"] if one["slug"] == "indicators")
    assert layer["attribute"] == "reused_class"
    (row,) = (one for one in page.context["rows"] if one.layer.slug == "indicators")
    assert [choice.word for choice in row.faces.choices if choice.on] == ["Buildings in use again"]
    assert {choice.value: choice.count for choice in row.states.choices} == {
        "unknown": 0,
        "none": 1,
        "few": 1,
        "some": 0,
    }
    assert f"Number, all years until {town.city.today().year}" in page.content.decode()
    assert {place.state for place in page.context["places"]} == {"none", "few"}
    assert "indicators.shown=reused-buildings" in page.context["image"]
    drawn = client.get(page.context["image"]).content.decode()
    assert drawn.count('<path class="half"') == 1 and drawn.count('<path class="hollow"') == 1
    plain = client.get("/en/torino/?layers=indicators").context["config"]["layers"]
    assert [one["attribute"] for one in plain if one["slug"] == "indicators"] == ["signings_class"]
    tile = client.get("/tiles/indicators/5/16/11.geojson").json()["features"]
    assert {one["properties"]["name"]: one["properties"]["reused_class"] for one in tile} == {
        "Ovest": "few",
        "Est": "none",
    }


@pytest.mark.parametrize("wrong", ["budget", "signings&indicators.shown=needs"])
def test_a_figure_that_no_map_draws_is_refused(client, wrong):
    make.CityFactory()
    assert client.get(f"/en/torino/?indicators.shown={wrong}").status_code == 400
    assert client.get("/en/torino/?buildings.shown=signings").status_code == 400


def test_money_for_buildings_is_listed_like_with_like_and_its_mean_is_that_of_the_figure(client):
    town = small_city()
    page = client.get(f"/en/torino/programmes/{town.plan.uid}/")
    known = cells(INDICATORS["investment-per-building"], Scope(town.city, town.city.today()))
    listed = page.context["investments"]
    assert {one.part: one.mean for one in listed} == {
        part: known.at(town.plan.pk, part=part).value for part in known.parts
    }
    assert [sorted(row.funding.amount for row in one.rows) for one in listed] == [[2000, 4000]]
    row = listed[0].rows[0]
    assert row.building.name in page.content.decode() and row.words in page.content.decode()
    type(row.building).objects.filter(pk=row.building.pk).update(visibility="hidden", name="Edificio segreto")
    again = client.get(f"/en/torino/programmes/{town.plan.uid}/")
    assert "Edificio segreto" not in again.content.decode() and again.context["investments"][0].mean == listed[0].mean
    part = again.content.decode().count("data-mean")
    extra = {"programme": town.plan, "building_id": row.building.pk, "amount": 99, "kind": "spent"}
    Funding.objects.create(**extra, period_start="2022-01-01", period_end="2022-12-31", source="Atti", locator="p. 1")
    assert seen(client, f"/en/torino/programmes/{town.plan.uid}/").count("data-mean") == part + 1
