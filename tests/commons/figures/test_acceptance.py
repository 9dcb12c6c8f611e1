"""What was published of Reggio Emilia, Torino and Latina, loaded from facts, with the verdict that each has."""

from datetime import date
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.html import strip_tags

from commons.figures.comparing import compare, pairs, quotients
from commons.figures.computing import Scope, cells
from commons.figures.explaining import explain
from commons.figures.facts import load_facts
from commons.figures.programmes import wholes
from commons.figures.saying import stated
from commons.figures.sheets import published
from commons.indicators import INDICATORS
from commons.models import KnownTotal, Pact, Programme, PublishedFigure, Signature
from neighbourhoods.models import City
from people.models import Organisation, User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def verdicts(slug: str, until: date | None = None) -> dict[str, tuple[str, Decimal | None]]:
    """The verdict and the computed number of every published figure, by the key of the fact."""
    load_facts(slug)
    city = City.objects.get(slug=slug)
    figures = PublishedFigure.objects.filter(city=city, programme=None)
    return {one.figure.key: (one.verdict.kind.value, one.value) for one in compare(Scope(city, TODAY), figures, until)}


def test_784_signatories_are_the_sum_of_their_three_kinds():
    assert verdicts("reggio-emilia")["re-784"] == ("match", 784)


def test_27_agreements_and_9_renewals_match_at_the_end_of_2018_and_differ_a_year_later():
    found = verdicts("reggio-emilia")
    assert found["re-27"] == ("match", 27) and found["re-9"] == ("match", 9)
    later = verdicts("reggio-emilia", date(2019, 12, 31))
    assert later["re-27"] == ("differs", 42) and later["re-9"] == ("differs", 24)


def test_41_is_42_without_the_urban_laboratory():
    load_facts("reggio-emilia")
    city = City.objects.get(slug="reggio-emilia")
    found = cells(INDICATORS["signings-so-far"], Scope(city, date(2019, 12, 31)))
    assert [found.at(year=year).value for year in (2015, 2016, 2017, 2018, 2019)] == [4, 9, 19, 27, 42]
    assert found.at(part="urban_lab").value == 1 and found.at().value - 1 == 41


def test_what_no_source_lets_compute_is_not_computed_and_nobody_is_invented():
    found = verdicts("reggio-emilia")
    for key in ("re-163", "re-1540", "re-843", "re-1290", "re-160", "re-170", "re-19437", "re-23000"):
        assert found[key] == ("not_computable", None), key
    assert not Pact.objects.exists() and not Signature.objects.exists()
    assert not Organisation.objects.exists() and not User.objects.exists()


def test_a_total_of_a_year_is_not_cut_in_the_middle_of_it():
    assert verdicts("reggio-emilia")["re-15"] == ("not_comparable", None)


def test_money_of_two_periods_is_not_comparable_and_the_cost_of_a_project_is_a_published_quotient():
    load_facts("reggio-emilia")
    city = City.objects.get(slug="reggio-emilia")
    figures = published(Scope(city, TODAY), city)
    assert [(one.first.key, one.second.key) for one in pairs(figures)] == [("re-843", "re-1290")]
    (cost,) = quotients(INDICATORS["cost-per-project"], figures)
    assert round(cost.value, 2) == Decimal("5171.78")
    (share,) = quotients(INDICATORS["signatories-per-participants"], figures)
    assert round(share.value, 1) == Decimal("50.9") and INDICATORS["signatories-per-participants"].unit != "percent"


def test_the_plan_of_torino_leaves_a_remainder_that_other_sources_almost_explain():
    load_facts("torino")
    plan = Programme.objects.get(key="urb-inclusion")
    found = {one.indicator.slug: one for one in wholes(plan, TODAY)}
    people, projects, money = found.values()
    assert (people.named, people.remainder, people.total, people.verdict.kind) == (286, 129, 415, "match")
    assert (projects.named, projects.remainder, projects.total, projects.verdict.kind) == (81, 39, 118, "differs")
    assert (money.named, money.remainder, money.total) == (6_550_000, 1_350_000, 7_850_000)
    assert money.verdict.kind == "match_rounding" and money.unlike


def test_latina_matches_as_it_is_stated_with_a_mean_of_12_4():
    assert verdicts("latina") == {"lt-5-pacts": ("match", 5), "lt-62": ("match", 62), "lt-5-houses": ("match", 5)}
    mean = cells(INDICATORS["signatories-per-pact"], Scope(City.objects.get(slug="latina"), TODAY))
    assert mean.at().value == Decimal("12.4")


def test_torino_in_2024_is_56_and_not_about_55():
    assert verdicts("torino")["to-55"] == ("differs", Decimal("56.25"))


def test_several_published_figures_of_one_thing_stand_side_by_side_each_with_its_day():
    load_facts("reggio-emilia")
    city = City.objects.get(slug="reggio-emilia")
    found = explain(Scope(city, TODAY), INDICATORS["projects"], city)
    assert [(one.figure.value, one.figure.as_of) for one in found.comparisons] == [
        (163, date(2018, 12, 31)), (170, date(2019, 3, 21)), (160, date(2019, 12, 31)),
    ]  # fmt: skip


def row_of(page: str, key: str) -> str:
    """The row of a published figure as everybody reads it, without its marks."""
    figure = PublishedFigure.objects.get(key=key)
    row = page.split(f'id="figure-{figure.uid}"')[1].split("</tr>")[0]
    return " ".join(unescape(strip_tags(row)).split())


def read(client: Client, path: str) -> str:
    answer = client.get(f"/en/{path}/")
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize(
    ("indicator", "told"),
    [
        ("projects", {"re-163": ("163", "2018"), "re-160": ("160", "2019"), "re-170": ("about 170", "21 March 2019")}),
        ("signatories", {"re-784": ("784", "2018"), "re-730": ("over 730", "2018"),
                         "re-81": ("81", "17 December 2015", "First part 41, Second part 40")}),
        ("residents-covered", {"re-19437": ("19,437", "17 December 2015"),
                               "re-23000": ("about 23,000", "31 May 2016")}),
        ("participants", {"re-1540": ("1,540", "2018"), "re-2000": ("about 2,000", "12 December 2017")}),
        ("signings-so-far", {"re-15": ("15", "12 December 2017"), "re-27": ("27", "31 December 2018")}),
    ],
)  # fmt: skip
def test_a_page_shows_every_published_figure_of_one_thing_with_day_source_and_qualifier(client, indicator, told):
    load_facts("reggio-emilia")
    for path in ("reggio-emilia/figures", f"reggio-emilia/figures/count/{indicator}"):
        page = read(client, path)
        for key, words in told.items():
            row, figure = row_of(page, key), PublishedFigure.objects.get(key=key)
            assert all(word in row for word in (*words, figure.source, figure.locator)), (path, key, row)


def test_what_looks_like_a_rate_is_none_and_unlike_money_stands_apart_on_the_page(client):
    load_facts("reggio-emilia")
    share = read(client, "reggio-emilia/figures/count/signatories-per-participants")
    (quotient,) = (unescape(strip_tags(part.split("</li>")[0])) for part in share.split("<li data-quotient>")[1:])
    assert "50.91" in quotient and "%" not in quotient
    assert "it is not the share of participants who signed" in unescape(share)
    money = read(client, "reggio-emilia/figures/count/budget")
    (pair,) = (unescape(strip_tags(part.split("</li>")[0])) for part in money.split("<li data-pair>")[1:])
    assert "843,000" in pair and "1,290,000" in pair and "Not comparable" in pair
    assert "2,133,000" not in money


def test_invested_budget_and_resources_keep_their_names_and_projects_are_not_pacts_on_the_page(client):
    load_facts("torino")
    plan, inside = Programme.objects.get(key="urb-inclusion"), Programme.objects.get(key="co-city")
    page = read(client, f"torino/programmes/{plan.uid}")
    money = page.split('data-measure="programme-money"')[1].split("</section>")[0]
    assert all(f">{kind}" in money for kind in ("Invested", "Budget", "Resources"))
    assert "These parts are of different kinds of money." in money
    own = read(client, f"torino/programmes/{inside.uid}")
    assert "Projects of a programme" in row_of(own, "cc-proj") and " 63 " in row_of(own, "cc-proj")
    assert "Pacts of a programme" in row_of(own, "cc-pacts") and "over 50" in row_of(own, "cc-pacts")
    assert "fine 2019 o febbraio 2020" in unescape(own)


def test_a_number_that_is_rounded_says_so():
    assert stated(Decimal("7900000"), "euro", "rounded") == "€ 7.900.000, arrotondato"
    assert stated(Decimal("7900000"), "euro", "exact") == "€ 7.900.000"


def test_facts_are_loaded_once_and_what_the_office_changed_stays():
    call_command("facts", stdout=StringIO())
    PublishedFigure.objects.filter(key="re-27").update(note="Corretto", value=28)
    before = [model.objects.count() for model in (Programme, KnownTotal, PublishedFigure)]
    call_command("facts", stdout=StringIO())
    assert [model.objects.count() for model in (Programme, KnownTotal, PublishedFigure)] == before
    assert PublishedFigure.objects.get(key="re-27").value == 28
    with pytest.raises(SystemExit):
        call_command("facts", "atlantide", stderr=StringIO())
