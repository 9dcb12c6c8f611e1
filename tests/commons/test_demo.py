import pytest
import shapely
from django.contrib.gis.db.models import Union
from django.db import transaction
from django.utils import timezone

from commons import demo
from commons.models import Building, Event, House, Idea, NewsItem, Pact, Proposal
from commons.opening import opening
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water
from neighbourhoods.vocabulary import Placement, Role
from people.models import Organisation

pytestmark = pytest.mark.django_db
RECORDS = (Building, House, Pact, Proposal, Event, Idea)
PUBLISHED = (*RECORDS, NewsItem, Organisation, Neighbourhood, Street, Water)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demonstration, loaded once; each test's own transaction lies inside this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load_demo("torino")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def torino(loaded, db) -> City:
    return City.objects.get(slug="torino")


def counts() -> list[int]:
    return [model.objects.count() for model in (City, Partition, *PUBLISHED)]


def test_loading_twice_adds_nothing_the_second_time(torino):
    before = counts()
    assert not demo.load_demo("torino")
    assert counts() == before


def test_what_staff_edited_stays_and_what_is_missing_comes_back(torino):
    House.objects.filter(source_id="barrito").update(name="Barrito, la Casa", visibility="hidden", place=None)
    Street.objects.filter(name="Via Po").delete()
    torino.profile = {"labels": {"pact": {"it": "Patto"}}}
    torino.save()
    assert demo.load_demo("torino") == {"schema": 1}
    barrito = House.objects.get(source_id="barrito")
    assert (barrito.name, barrito.visibility, barrito.place) == ("Barrito, la Casa", "hidden", None)
    torino.refresh_from_db()
    assert torino.label("pact", "it") == "Patto"
    assert torino.label("pact", "en") == "Collaboration pact"
    assert "torino-districts" in torino.profile["official"]["district"]


def test_the_addresses_of_records_are_the_same_in_every_installation(torino):
    assert House.objects.get(source_id="barrito").uid == demo.imported_uid("torino", "mappa-comune-fatti", "barrito")
    uids = [uid for model in PUBLISHED for uid in model.objects.values_list("uid", flat=True)]
    assert len(uids) == len(set(uids))


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.__name__)
def test_every_record_passes_its_own_checks_and_says_its_licence(model, torino):
    assert model.objects.exists()
    for record in model.objects.all():
        record.full_clean()
        assert record.licence and record.source and record.source_id


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_place_lies_in_the_city_and_says_how_well_it_is_known(model, torino):
    placed = model.objects.filter(place__isnull=False)
    assert not placed.exclude(place__within=torino.envelope).exists()
    assert set(placed.values_list("placement", flat=True)) <= {Placement.INSIDE, Placement.BORDER}
    assert not placed.filter(precision="none").exists()
    assert not model.objects.filter(place__isnull=True).exclude(precision="none").exists()


@pytest.mark.parametrize("role", [Role.PRIMARY, Role.DISTRICT])
def test_the_schema_tiles_the_city_without_gaps_or_overlaps(role, torino):
    territories = Neighbourhood.objects.filter(partition__role=role)
    drawn = [shapely.from_wkb(bytes(territory.boundary.wkb)) for territory in territories]
    whole = shapely.union_all(drawn)
    assert whole.geom_type == "Polygon" and not whole.interiors
    assert sum(one.area for one in drawn) == pytest.approx(whole.area, rel=1e-9)
    assert all(territory.precision == "schematic" for territory in territories)
    assert set(territories.values_list("partition__schematic", "partition__current")) == {(True, True)}


def test_neighbourhoods_belong_to_the_district_that_holds_them(torino):
    neighbourhoods = Neighbourhood.objects.filter(partition__role=Role.PRIMARY).select_related("parent")
    assert neighbourhoods.count() == 35
    assert Neighbourhood.objects.filter(partition__role=Role.DISTRICT).count() == 8
    for one in neighbourhoods:
        assert one.parent.boundary.buffer(1e-9).contains(one.boundary), one.name
    roles = [Neighbourhood.objects.in_role(r).aggregate(u=Union("boundary"))["u"] for r in ("primary", "district")]
    assert roles[0].sym_difference(roles[1]).area < 1e-9


def test_each_casa_stands_in_its_own_district(torino):
    expected = {
        "cascina-roccafranca": "2", "san-salvario": "8", "bagni-pubblici-via-aglie": "6", "casa-nel-parco": "2",
        "barrito": "8", "spazioquattro": "4", "le-vallette": "5", "hub-cecchi-point": "7", "bossoli83": "8",
    }  # fmt: skip
    assert dict(House.objects.values_list("source_id", "district__code")) == expected
    assert House.objects.get(source_id="bossoli83").status == House.Status.UNKNOWN


def test_positions_from_openstreetmap_carry_its_licence_and_its_name(torino):
    for model in RECORDS:
        facts = model.objects.filter(example=False)
        assert not facts.filter(place__isnull=False).exclude(licence="ODbL-1.0").exists()
        assert not facts.filter(place__isnull=False).exclude(attribution="© OpenStreetMap contributors").exists()
        assert not facts.filter(source_note="").exists()
        assert all("OpenStreetMap" in note for note in facts.exclude(place=None).values_list("source_note", flat=True))


@pytest.mark.parametrize("model", (*RECORDS, Organisation), ids=lambda model: model.__name__)
def test_what_is_invented_is_marked_and_named_as_an_example(model, torino):
    for record in model.objects.filter(source="esempi"):
        assert record.example
        assert "esempi" in record.name.lower() or record.name.startswith("Example")
    assert not model.objects.exclude(source="esempi").filter(example=True).exists()


def test_the_examples_show_every_state_a_visitor_may_meet(torino):
    states = set(Proposal.objects.public().values_list("state", flat=True))
    assert states == set(Proposal.State.values) - {"draft", "submitted"}
    assert set(Pact.objects.public().values_list("state", flat=True)) == set(Pact.State.values)
    assert set(Building.objects.values_list("use_status", flat=True)) == set(Building.UseStatus.values)
    kinds = {record.place.geom_type if record.place else None for model in RECORDS for record in model.objects.all()}
    assert kinds >= {None, "Point", "LineString", "Polygon", "MultiPolygon"}
    assert Building.objects.filter(placement=Placement.BORDER).exists()
    assert Pact.objects.get(source_id="patto-serra-2021").predecessor.source_id == "patto-serra-2018"


def test_some_houses_show_rooms_and_desks_as_examples_and_what_a_house_wrote_stays(torino):
    shown = House.objects.get(source_id="san-salvario")
    for parts in (shown.spaces, shown.desks):
        assert parts.exists() and all(one.name.startswith("Esempio") for one in parts.all())
        assert all("non un fatto" in one.description for one in parts.all())
    now = timezone.now()
    assert all(opening(desk.opening_hours, torino, now).known for desk in shown.desks.all())
    shown.spaces.all().delete()
    shown.spaces.create(name="Sala vera")
    assert not demo.load_demo("torino")
    assert [one.name for one in shown.spaces.all()] == ["Sala vera"]
