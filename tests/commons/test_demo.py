import json
from datetime import date
from io import StringIO

import pytest
import shapely
from django.apps import apps
from django.contrib.gis.db.models import Union
from django.core.management import CommandError, call_command

from commons import demo
from commons.models import Building, House, Pact, Proposal
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water
from neighbourhoods.vocabulary import Placement, Role
from people.models import Organisation, User
from tests import factories as make

pytestmark = pytest.mark.django_db
RECORDS = (Building, House, Pact, Proposal)
PUBLISHED = (*RECORDS, Organisation, Neighbourhood, Street, Water)


@pytest.fixture
def torino() -> City:
    demo.load_demo("torino")
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


def test_official_boundaries_that_are_there_already_keep_their_role():
    official = make.DistrictFactory(partition__name="Circoscrizioni 2016").partition
    demo.load_demo("torino")
    assert list(Partition.objects.filter(role="district")) == [official]
    assert Partition.objects.get(role="primary").schematic


def test_a_new_city_needs_only_its_files(tmp_path, monkeypatch):
    (tmp_path / "cities").mkdir()
    profile = {"slug": "latina", "name": "Latina", "envelope": [12.8, 41.3, 13.1, 41.6], "profile": {}}
    (tmp_path / "cities" / "latina.json").write_text(json.dumps(profile))
    (tmp_path / "latina").mkdir()
    records = [{"source_id": "a", "name": "Ex asilo", "use_since": "2014-09-01"}]
    content = {"model": "commons.building", "defaults": {"source": "prova"}, "records": records}
    (tmp_path / "latina" / "buildings.json").write_text(json.dumps(content))
    monkeypatch.setattr(demo, "FIXTURES", tmp_path)
    assert demo.known_cities() == ["latina"]
    assert demo.load_demo("latina") == {"city": 1, "building": 1}
    assert Building.objects.get().use_since == date(2014, 9, 1)


def run(command: str, **options: object) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_the_demo_command_prints_two_accounts_that_can_enter(client, settings):
    settings.LOOPBACK, settings.SITE_URL = True, "http://127.0.0.1:8000"
    first = run("demo")
    assert "http://127.0.0.1:8000/admin/" in first
    passwords = {words[0]: words[1] for line in first.splitlines()[-2:] if (words := line.split())}
    for username, password in passwords.items():
        assert len(password) == 20
        assert client.login(username=username, password=password)
    assert User.objects.get(username="admin").is_superuser
    assert run("demo_accounts").splitlines()[-2:] == first.splitlines()[-2:]


def test_the_staff_account_edits_what_is_published_and_deletes_nothing():
    run("demo_accounts")
    office = User.objects.get(username="ufficio")
    assert office.is_staff and not office.is_superuser
    assert office.has_perms(["commons.change_building", "commons.add_pact", "people.change_organisation"])
    assert office.has_perm("neighbourhoods.view_neighbourhood")
    held = office.get_all_permissions()
    assert not [
        name for name in held if ".delete_" in name or name.endswith("_user") or "neighbourhoods.change" in name
    ]


def test_a_password_that_somebody_changed_is_neither_shown_nor_reset_unless_asked():
    run("demo_accounts")
    user = User.objects.get(username="admin")
    user.set_password("a password of my own")
    user.save()
    assert "--reset" in run("demo_accounts")
    user.refresh_from_db()
    assert user.check_password("a password of my own")
    assert "--reset" not in run("demo_accounts", reset=True)


def test_demo_accounts_are_refused_on_a_public_address(settings):
    settings.LOOPBACK, settings.SITE_URL = False, "https://mappa.example.it"
    with pytest.raises(CommandError, match="SITE_URL is https://mappa"):
        run("demo_accounts")
    assert not User.objects.exists()
    run("demo")
    assert not User.objects.exists()


def test_the_order_of_the_fixtures_names_every_model_they_use():
    assert all(apps.get_model(name) for name in demo.ORDER)
