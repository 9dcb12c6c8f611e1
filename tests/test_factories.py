import pytest

from tests import factories as make
from tests import factories_of_care as care

pytestmark = pytest.mark.django_db

KINDS = [
    make.BuildingFactory, make.HouseFactory, make.PactFactory, make.ProposalFactory, make.StreetFactory,
    make.WaterFactory, make.OrganisationFactory, make.NeighbourhoodFactory, make.DistrictFactory,
    care.NeedFactory, care.ProjectFactory, care.LaboratoryFactory, care.NeighbourhoodPlanFactory,
]  # fmt: skip


@pytest.mark.parametrize("factory", KINDS, ids=lambda f: f.__name__)
def test_every_factory_makes_two_valid_public_records_of_one_city(factory):
    first, second = factory(), factory()
    first.full_clean()
    assert first.city == second.city
    assert type(first).objects.public().count() == 2


def test_a_record_gets_the_neighbourhood_and_the_district_it_stands_in():
    district, neighbourhood = make.DistrictFactory(), make.NeighbourhoodFactory()
    building = make.BuildingFactory()
    building.refresh_from_db()
    assert (building.neighbourhood, building.district) == (neighbourhood, district)


def test_a_member_of_staff_has_only_the_permissions_named():
    person = make.StaffFactory(permissions=["commons.change_building"])
    assert person.has_perm("commons.change_building")
    assert not person.has_perm("commons.change_house")
