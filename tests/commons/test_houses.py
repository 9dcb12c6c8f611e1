"""Houses: how far they reach, what came of their help, and what a catchment may be."""

from datetime import UTC, datetime

import pytest
from django.contrib.gis.geos import MultiPolygon, Point
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from commons.accompaniment import Conversion, Governed, born_in_a_house, conversion, governed_by_pact
from commons.catchments import elsewhere
from commons.gaps import faults_of_distance, gaps_of, houses_without_pact, pacts_beyond, usual_distance
from commons.models import Catchment, House, Pact
from commons.opening import opening
from tests import factories as make

pytestmark = pytest.mark.django_db
WEST, EAST = 7.665, 7.695


@pytest.fixture
def city():
    """One neighbourhood, 4 by 2 hundredths of a degree, and nothing in it."""
    city = make.CityFactory()
    boundary = MultiPolygon(make.box(7.66, 45.06, 7.70, 45.08), srid=4326)
    make.NeighbourhoodFactory(name="Tutto", boundary=boundary, population=8_000)
    return city


def reach(house):
    return Catchment.objects.public().get(house=house)


def holds(house, x, y=45.07):
    return reach(house).area.covers(Point(x, y, srid=4326))


def test_the_ground_is_parted_among_the_open_houses_to_the_last_square_metre(city):
    west, east = make.HouseFactory(x=WEST), make.HouseFactory(x=EAST)
    assert holds(west, 7.679) and not holds(west, 7.681)
    assert holds(east, 7.681) and not holds(east, 7.679)
    make.HouseFactory(status="closed")
    make.HouseFactory(visibility="hidden")
    areas = [one.area.transform(32632, clone=True) for one in Catchment.objects.public()]
    ground = MultiPolygon(make.box(7.66, 45.06, 7.70, 45.08), srid=4326).transform(32632, clone=True)
    assert len(areas) == 2
    assert sum(one.area for one in areas) == pytest.approx(ground.area, rel=1e-6)


def test_what_is_asked_along_the_edge_of_a_computed_ground_is_answered(client, town):
    """Corners turned back from metres had noise in their last digit, over which GEOS stumbled."""
    drawn = "7.66,45.04,7.68,45.04,7.68,45.06"
    assert client.get("/torino/", {"area": drawn}).status_code == 200
    answer = client.get("/layers/catchments.geojson", {"area": drawn}).json()
    assert [one["properties"]["name"] for one in answer["features"]] == [town.house.name]


def test_a_drawn_catchment_stands_and_the_others_share_what_it_leaves(city):
    west, east = make.HouseFactory(x=WEST), make.HouseFactory(x=EAST)
    House.objects.filter(pk=west.pk).update(catchment=MultiPolygon(make.box(7.66, 45.06, 7.67, 45.08), srid=4326))
    assert (reach(west).kind, reach(east).kind) == ("drawn", "nearest")
    assert holds(east, 7.671) and not holds(west, 7.671)


def test_houses_at_one_spot_share_their_ground_and_say_so(city):
    one, other = make.HouseFactory(name="Una"), make.HouseFactory(name="Altra")
    assert reach(one).shared_with == ["Altra"] and reach(other).shared_with == ["Una"]
    assert reach(one).area.equals(reach(other).area)


def test_a_house_that_closes_gives_its_ground_to_the_next_and_keeps_its_identifier(city):
    west, east = make.HouseFactory(x=WEST), make.HouseFactory(x=EAST)
    uid = reach(west).uid
    House.objects.filter(pk=west.pk).update(status="closed")
    assert not Catchment.objects.public().filter(house=west).exists()
    assert holds(east, 7.661)
    House.objects.filter(pk=west.pk).update(status="open")
    assert reach(west).uid == uid and not holds(east, 7.661)


def test_catchments_follow_the_boundaries(city):
    house = make.HouseFactory(x=WEST)
    assert not holds(house, 7.66, 45.09)
    make.NeighbourhoodFactory(boundary=MultiPolygon(make.box(7.64, 45.08, 7.70, 45.10), srid=4326))
    assert holds(house, 7.66, 45.09)


def test_a_catchment_in_another_city_is_refused_with_a_sentence_and_by_the_database(city):
    latina = make.CityFactory(slug="latina", envelope=make.box(12.8, 41.4, 13.0, 41.6))
    there = MultiPolygon(make.box(12.85, 41.45, 12.90, 41.50), srid=4326)
    house = make.HouseFactory()
    house.catchment = there
    with pytest.raises(ValidationError) as refused:
        house.clean()
    assert latina.name in str(refused.value) and list(refused.value.message_dict) == ["catchment"]
    with pytest.raises(IntegrityError, match="outside the city"), transaction.atomic():
        house.save()
    assert not elsewhere(city, MultiPolygon(make.box(7.66, 45.06, 7.68, 45.07), srid=4326))
    assert city.name in elsewhere(city, MultiPolygon(make.box(9.0, 45.0, 9.1, 45.1), srid=4326))


def test_the_gap_map_changes_when_a_house_is_added_and_counts_circles_once(city):
    empty = gaps_of(city, 500, "public")
    assert (empty.areas[0].share, empty.residents, empty.houses, empty.near) == (0, 0, [], "")
    make.HouseFactory()
    [area] = gaps_of(city, 500, "public").areas
    assert area.near == pytest.approx(3.14159 * 500**2, rel=1e-3)  # the circle lies whole in the neighbourhood
    assert area.share == pytest.approx(100 * area.near / area.ground)
    assert area.residents == round(8_000 * area.share / 1000) * 10 > 0
    make.HouseFactory()
    assert gaps_of(city, 500, "public").areas[0].near == pytest.approx(area.near)
    whole = gaps_of(city, 20_000, "public").whole
    assert (whole.share, whole.level, whole.residents) == (100, 4, 8_000)


def test_gaps_are_read_by_two_statements_however_many_houses_there_are(city, django_assert_num_queries):
    make.HouseFactory.create_batch(3)
    with django_assert_num_queries(2):
        gaps_of(city, 1000, "public")


def test_a_pact_is_beyond_where_every_house_has_drawn_its_own_part(city):
    house = make.HouseFactory(x=WEST)
    inside, outside = make.PactFactory(x=7.665), make.PactFactory(x=7.69)
    make.PactFactory(x=7.69, state=Pact.State.EXPIRED)
    make.PactFactory(x=7.69, visibility="hidden")
    assert not pacts_beyond(city).exists()
    House.objects.filter(pk=house.pk).update(catchment=MultiPolygon(make.box(7.66, 45.06, 7.67, 45.08), srid=4326))
    assert list(pacts_beyond(city)) == [outside]
    assert inside not in pacts_beyond(city)


def test_houses_without_a_pact_are_those_that_none_governs_and_that_accompanied_none(city):
    alone, governed, helper, tried = make.HouseFactory.create_batch(4)
    House.objects.filter(pk=governed.pk).update(pact=make.PactFactory())
    make.ProposalFactory(house=helper, state="approved", pact=make.PactFactory())
    make.ProposalFactory(house=tried, state="approved", pact=make.PactFactory(state="to_sign"))
    assert list(houses_without_pact(city)) == [alone, tried]


def test_a_conversion_counts_signed_pacts_and_no_share_of_fewer_than_four(city):
    house = make.HouseFactory()
    assert conversion(house, "public") == Conversion(0, 0) and conversion(house, "public").share is None
    make.ProposalFactory.create_batch(2, house=house)
    make.ProposalFactory(house=house, state="approved", pact=make.PactFactory())
    make.ProposalFactory(house=house, state="draft")
    assert conversion(house, "public") == Conversion(3, 1) and conversion(house, "public").share is None
    make.ProposalFactory(house=house, state="approved", pact=make.PactFactory(state="to_sign"))
    assert (conversion(house, "public"), conversion(house, "public").share) == (Conversion(4, 1), 25)


def test_five_houses_under_five_pacts_with_sixty_two_signatures_have_a_mean_of_twelve_point_four(city):
    for signatures in (20, 15, 12, 10, 5):
        pact = make.PactFactory()
        for _ in range(signatures):
            pact.signatures.create(side="civic", kind="informal_group")
        pact.signatures.create(side="city", kind="public_body")
        House.objects.filter(pk=make.HouseFactory().pk).update(pact=pact)
    make.HouseFactory(pact=make.PactFactory(visibility="hidden"))
    found = governed_by_pact(city, "public")
    assert found == Governed(houses=5, pacts=5, signatories=62) and found.mean == pytest.approx(12.4)
    assert born_in_a_house(city, "public") == 0
    make.ProposalFactory(house=make.HouseFactory(), state="approved", pact=Pact.objects.first())
    make.PactFactory(house=make.HouseFactory())
    assert born_in_a_house(city, "public") == 2


def test_a_small_mar_is_tuesday_and_not_march(city):
    tuesday, other = datetime(2026, 11, 24, 10, 0, tzinfo=UTC), datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
    assert opening("mar 10:00-12:00", city, tuesday).open and not opening("mar 10:00-12:00", city, other).open
    assert opening("Mar 10:00-12:00", city, other).open


def test_the_distance_is_the_citys_own_and_a_wrong_one_is_said(city):
    assert usual_distance(city) == 1_000
    city.profile = {"houses": {"distance": 600}}
    assert usual_distance(city) == 600 and faults_of_distance(city.profile) == []
    for wrong in (50, "far", 20_001, True, 3.5):
        city.profile = {"houses": {"distance": wrong}}
        with pytest.raises(ValidationError):
            city.clean()
