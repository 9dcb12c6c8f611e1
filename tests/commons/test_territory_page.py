"""The page of a neighbourhood: counts that are the layers' own, public moves only, small numbers, whom to ask."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.utils import timezone, translation

from commons.models import House, Proposal
from commons.opening import Opening, from_italian, in_words, opening, read
from commons.views.charts import FEWEST, across, guarded, upright
from commons.views.territory import architects, changes, charts, grouped, page_of, serving
from people.models import Grant, Organisation
from people.roles import Role
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
WEST = {"x": 7.67, "y": 45.05}


def page(client, territory, language: str = "") -> str:
    answer = client.get(f"{language}{territory.get_absolute_url()}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_its_counts_are_those_of_the_layers(client, town, get):
    for territory, name in ((town.west, "neighbourhood"), (town.lower, "district")):
        groups = page_of(territory)["groups"]
        for slug, some in groups.items():
            found = get(f"{slug}.geojson", **{name: territory.name, "limit": 1})["numberMatched"]
            assert sum(one.count for one in some) == found, (slug, territory)
            for one in some:
                field = one.parameter.partition(".")[2]
                asked = {name: territory.name, "limit": 1, field: one.state}
                assert get(f"{slug}.geojson", **asked)["numberMatched"] == one.count


def test_each_group_leads_to_the_map_that_shows_just_that(client, town):
    text = page(client, town.west)
    (group,) = [one for one in page_of(town.west)["groups"]["buildings"] if one.state == "disused"]
    assert "buildings.use_status=disused" in text.replace("&amp;", "&")
    answer = client.get(
        "/torino/", {"neighbourhood": "San Salvario", "layers": "buildings", group.parameter: "disused"}
    )
    assert f'data-total="{group.count}"' in answer.content.decode()


def test_the_number_of_statements_does_not_grow_with_what_is_here(client, town):
    def statements() -> int:
        with counted() as seen:
            page(client, town.west)
        return len(seen)

    client.get(town.west.get_absolute_url())
    few = statements()
    for number in range(12):
        make.BuildingFactory(name=f"Edificio {number}", **WEST)
        make.ProposalFactory(name=f"Proposta {number}", state="codesign", **WEST)
        make.PactFactory(name=f"Patto {number}", state="active", starts_on=date(2020, 1, 1), **WEST)
        make.HouseFactory(name=f"Casa {number}", **WEST)
    assert statements() <= few + 6  # shelves that overflow are counted, once each


def test_an_empty_neighbourhood_says_what_to_do_next(client, town):
    lonely = make.NeighbourhoodFactory(
        city=town.city, partition=town.west.partition, code="9", name="Vuoto",
        boundary=MultiPolygon(make.box(7.60, 45.00, 7.61, 45.01)),
    )  # fmt: skip
    text = page(client, lonely, "/en")
    for words in ("Write the first one", "Tell us about a place", "Nothing has moved here", "Who to talk to"):
        assert words in text
    assert "Nothing to count yet" in text


def test_what_changed_this_month_are_public_moves_only(client, town):
    staff = make.AdministratorFactory()
    shown = make.ProposalFactory(name="Orto in via", state="under_review", **WEST)
    Proposal.objects.get(pk=shown.pk).advance("reject", by=staff, note="Xsegreto perché")
    make.ProposalFactory(name="Xsegreto bozza", state="submitted", **WEST)
    make.BuildingFactory(name="Xsegreto edificio", visibility="hidden", **WEST)
    make.BuildingFactory(name="Edificio nuovo", **WEST)
    found = changes(town.west, timezone.now())
    names = {one.record.name for one in found}
    assert {"Orto in via", "Edificio nuovo"} <= names
    assert not [name for name in names if "Xsegreto" in name]
    text = page(client, town.west)
    assert "Xsegreto" not in text and "Orto in via" in text
    assert found == sorted(found, key=lambda one: one.at, reverse=True)


def test_whom_to_talk_to_is_the_casa_inside_then_the_one_that_serves_then_the_nearest(town):
    assert serving(town.west, timezone.now()).name == "Casa del Quartiere"
    far = make.HouseFactory(name="Che serve", x=7.60, y=45.0)
    house = serving(town.north, timezone.now())
    assert house.name == "Casa del Quartiere" and house.rank == 2 and house.distance.m > 0
    House.objects.filter(pk=far.pk).update(catchment=MultiPolygon(make.box(7.66, 45.04, 7.7, 45.08)))
    assert serving(town.north, timezone.now()).name == "Che serve"
    House.objects.update(status="closed")
    assert serving(town.north, timezone.now()) is None


def test_the_architect_is_named_only_by_the_name_they_chose_and_never_by_address(client, town):
    shy = make.UserFactory(email="shy@example.org", display_name="", first_name="Timida")
    open_ = make.UserFactory(email="architetta@example.org", display_name="Ada dei quartieri")
    for user in (shy, open_):
        Grant.objects.create(user=user, role=Role.ARCHITECT, city=town.city, territory=town.west)
    assert architects(town.west) == ["Ada dei quartieri"] and architects(town.east) == []
    text = page(client, town.west)
    assert "Ada dei quartieri" in text and "@example.org" not in text and "Timida" not in text
    Grant.objects.update(until=timezone.now())
    assert architects(town.west) == []


def test_few_persons_are_never_told_and_groups_count_once(town):
    group = make.OrganisationFactory(city=town.city)
    for number in range(2):
        pact = make.PactFactory(name=f"P{number}", state="active", starts_on=date(2018, 5, 1), **WEST)
        pact.signatures.create(side="civic", organisation=group, kind="association")
        pact.signatures.create(side="civic", kind="volunteer", person_name="Xsegreto")
    chart = charts(town.west, page_of(town.west)["groups"])[3]
    shown = [(bar.value, bar.shown) for bar in chart.bars]
    assert (1, "1") in shown and (2, "2") not in shown
    assert shown[-1][0] == FEWEST - 1 and shown[-1][1] == guarded(2)
    for _number in range(3):
        pact.signatures.create(side="civic", kind="volunteer")
    assert (5, "5") in [(bar.value, bar.shown) for bar in charts(town.west, page_of(town.west)["groups"])[3].bars]
    assert guarded(0) == "0" and guarded(4) == "4" and Organisation.objects.exists()


def test_pacts_are_counted_in_every_year_in_which_they_were_in_force(town):
    make.PactFactory(name="Lungo", state="expired", starts_on=date(2019, 6, 1), ends_on=date(2021, 2, 1), **WEST)
    make.PactFactory(name="Da firmare", state="to_sign", starts_on=date(2019, 6, 1), **WEST)
    chart = charts(town.west, page_of(town.west)["groups"])[0]
    by_year = {bar.label: bar.value for bar in chart.bars}
    before = {bar.label: bar.value for bar in charts(town.east, page_of(town.east)["groups"])[0].bars}
    assert by_year["2019"] == 1 and by_year["2021"] >= 1 and "2018" not in by_year
    assert list(by_year) == sorted(by_year) and before


def test_a_chart_has_the_same_numbers_as_its_table(client, town):
    text = page(client, town.west)
    assert text.count('<figure class="chart') == 4
    assert "style=" not in text
    bars = across("n", "t", "u", "", "pact", [("a", 5, "5"), ("b", 0, "0")]).bars
    assert bars[0].width == 320 and bars[1].width == 0 and bars[1].y > bars[0].y
    tall = upright("n", "t", "u", "", "pact", [("2020", 1), ("2021", 4)])
    assert tall.bars[1].height == 4 * tall.bars[0].height and tall.bars[0].middle < tall.bars[1].middle
    assert tall.ground > max(bar.y for bar in tall.bars) and tall.foot > tall.ground and not tall.empty
    assert tall.bars[0].above < tall.bars[0].y


def test_groups_come_in_the_order_of_the_states(town):
    states = [one.state for one in grouped(Proposal, town.lower, "state")]
    assert states == [state for state in Proposal.State.values if state in states]


@pytest.mark.parametrize(
    ("text", "when", "open_", "changes"),
    [
        ("Mo-Fr 09:00-18:00", datetime(2026, 11, 23, 10), True, datetime(2026, 11, 23, 18)),
        ("Mo-Fr 09:00-18:00", datetime(2026, 11, 23, 8), False, datetime(2026, 11, 23, 9)),
        ("Mo-Fr 09:00-18:00; PH off", datetime(2026, 12, 8, 10), False, datetime(2026, 12, 9, 9)),
        ("Mo-Fr 09:00-18:00; Aug 10-20 off", datetime(2026, 8, 14, 10), False, datetime(2026, 8, 21, 9)),
        ("lun-ven 9-18", datetime(2026, 11, 23, 10), True, datetime(2026, 11, 23, 18)),
        ("Lunedì-venerdì 9.30-13 e 14-19, sabato 9-12", datetime(2026, 11, 28, 10), True, datetime(2026, 11, 28, 12)),
        ("lun-ven dalle 9 alle 18, dom chiuso", datetime(2026, 11, 29, 10), False, datetime(2026, 11, 30, 9)),
        ("24/7", datetime(2026, 11, 29, 10), True, None),
    ],
)
def test_open_now_is_said_by_the_citys_clock_with_holidays_and_exceptions(text, when, open_, changes):
    found = opening(text, make.CityFactory(), when.replace(tzinfo=ROME))
    assert found.known and found.open is open_
    assert found.changes == (changes.replace(tzinfo=ROME) if changes else None)
    with translation.override("en"):
        assert found.words().startswith("Open now" if open_ else "Closed now")


def test_an_hour_in_another_zone_is_the_same_moment():
    lisbon = make.CityFactory(slug="lisboa", time_zone="Europe/Lisbon", national=False)
    noon = datetime(2026, 11, 23, 9, 30, tzinfo=ROME)
    assert opening("Mo-Fr 09:00-18:00", lisbon, noon).open is False
    assert opening("Mo-Fr 09:00-18:00", make.CityFactory(), noon).open is True


@pytest.mark.parametrize("text", ["", "su appuntamento", "x" * 300, "99-99", "lun-ven 25-30", "(((", "\x00"])
def test_hours_that_cannot_be_read_are_shown_and_nothing_is_said_of_now(text):
    found = opening(text, make.CityFactory(), timezone.now())
    assert not found.known and found.words() == "" and found.hours == text


def test_hours_in_words_are_in_the_language_in_use():
    with translation.override("it"):
        assert in_words("Mo-Fr 09:00-18:00") == "lun-ven 09:00-18:00"
    assert from_italian("lun-ven 9-18") == "Mo-Fr 09:00-18:00"
    assert read("nothing of this", "Europe/Rome", "IT") is None
    soon = Opening(True, False, datetime(2026, 11, 25, 9, tzinfo=ROME), now=datetime(2026, 11, 23, 19, tzinfo=ROME))
    with translation.override("en"):
        assert "Wednesday" in soon.words()


def test_a_houses_own_page_says_whether_it_is_open_now(client, town):
    address = f"/en{town.house.get_absolute_url()}"
    for hours, said in (("24/7", True), ("su appuntamento", False)):
        House.objects.filter(pk=town.house.pk).update(opening_hours=hours)
        text = client.get(address).content.decode()
        assert hours in text and ("Open now, always" in text) is said
