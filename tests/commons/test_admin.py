import json
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from django.urls import reverse

from commons.models import Building, House, Pact, Proposal
from neighbourhoods.constraints import REFUSALS
from neighbourhoods.geoadmin import PlaceWidget, geometries
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water
from people.models import Organisation
from tests import factories as make

pytestmark = pytest.mark.django_db
PUBLISHED = {
    Building: make.BuildingFactory,
    House: make.HouseFactory,
    Pact: make.PactFactory,
    Proposal: make.ProposalFactory,
    Neighbourhood: make.NeighbourhoodFactory,
    Street: make.StreetFactory,
    Water: make.WaterFactory,
    Organisation: make.OrganisationFactory,
}
BOWTIE = {"type": "Polygon", "coordinates": [[[7.6, 45.0], [7.7, 45.1], [7.7, 45.0], [7.6, 45.1], [7.6, 45.0]]]}
INVALID = "Valore geometrico non valido."
BAD = {
    "not JSON": ("{", INVALID),
    "not a geometry": ('{"type": "Stone"}', INVALID),
    "a feature": ('{"type": "Feature", "geometry": null}', INVALID),
    "mixed kinds": (json.dumps({"type": "GeometryCollection", "geometries": [BOWTIE]}), INVALID),
    "empty": ('{"type": "MultiPoint", "coordinates": []}', INVALID),
    "arrays without end": ('{"type":"Point","coordinates":' + "[" * 100_000, INVALID),
    "not a number": ('{"type": "Point", "coordinates": [NaN, 45.0]}', INVALID),
    "crosses itself": (json.dumps(BOWTIE), REFUSALS["valid"]),
    "off the globe": ('{"type": "LineString", "coordinates": [[7.68, 45.0], [7.68, 145.0]]}', "Torino"),
    "nowhere near": ('{"type": "Point", "coordinates": [2.35, 48.85]}', "Torino"),
    "swapped": ('{"type": "Point", "coordinates": [45.07, 7.68]}', "Torino"),
    "leaves Italy": ('{"type": "LineString", "coordinates": [[7.68, 45.07], [30.0, 45.07]]}', "Torino"),
}


@pytest.fixture
def staff(client):
    client.force_login(make.AdministratorFactory())
    return client


def url(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def form(response) -> dict[str, object]:
    """What the browser would send back untouched."""
    fields = response.context["adminform"].form
    values = {name: fields[name].value() for name in fields.fields}
    return {
        name: PlaceWidget().serialize(value) if name in geometries(type(fields.instance)) else value
        for name, value in values.items()
        if value not in (None, "", False, [])
    }


@pytest.mark.parametrize("model", [*PUBLISHED, City, Partition], ids=lambda model: model.__name__)
def test_every_list_and_form_opens_with_a_map_for_every_geometry(model, staff):
    record = PUBLISHED[model]() if model in PUBLISHED else make.PartitionFactory()
    record = record.city if model is City else record
    assert staff.get(url(model, "changelist"), {"q": "a"}).status_code == 200
    page = staff.get(url(model, "change", record.pk))
    drawn = [field.name for field in model._meta.fields if isinstance(field, GeometryField)]
    for name in drawn:
        assert f'id="id_{name}-map"' in page.content.decode()
    assert page.content.decode().count('id="id_') >= len(drawn)
    assert staff.get(url(model, "add")).status_code == 200


def test_a_geometry_column_is_never_without_a_drawing_widget():
    for model, form_admin in admin.site._registry.items():
        for field in model._meta.fields:
            if isinstance(field, GeometryField):
                widget = form_admin.formfield_for_dbfield(field, request=None).widget
                assert isinstance(widget, PlaceWidget), f"{model.__name__}.{field.name}"


def test_saving_an_untouched_form_changes_nothing(staff):
    part = make.square(7.68, 45.07).coords[0], make.square(7.72, 45.09).coords[0]
    place = make.MultiPolygon(*(make.Polygon(*rings) for rings in part), srid=4326)
    building = make.BuildingFactory(place=place)
    page = staff.get(url(Building, "change", building.pk))
    answer = staff.post(url(Building, "change", building.pk), form(page))
    assert answer.status_code == 302, answer.context["errors"]
    building.refresh_from_db()
    assert building.place.equals(place)
    assert building.place.geom_type == "MultiPolygon"


@pytest.mark.parametrize("text,said", BAD.values(), ids=BAD.keys())
def test_a_bad_drawing_gets_a_sentence_in_the_form_and_changes_nothing(text, said, staff):
    building = make.BuildingFactory()
    data = form(staff.get(url(Building, "change", building.pk))) | {"place": text, "name": "changed"}
    answer = staff.post(url(Building, "change", building.pk), data)
    assert answer.status_code == 200
    errors = unescape(" ".join(map(str, answer.context["errors"])))
    assert str(said) in errors
    building.refresh_from_db()
    assert building.name != "changed"


def test_dates_in_the_wrong_order_get_a_sentence_in_the_form(staff):
    pact = make.PactFactory()
    dates = {"starts_on": "2026-05-01", "ends_on": "2025-05-01"}
    answer = staff.post(url(Pact, "change", pact.pk), form(staff.get(url(Pact, "change", pact.pk))) | dates)
    assert answer.status_code == 200
    assert str(REFUSALS["in_order"]) in unescape(answer.content.decode())


def test_the_neighbourhood_is_found_and_cannot_be_typed(staff):
    here, there = make.NeighbourhoodFactory(), make.NeighbourhoodFactory(x=7.72)
    building = make.BuildingFactory()
    page = staff.get(url(Building, "change", building.pk))
    assert not {"neighbourhood", "district", "placement", "shares", "uid"} & set(page.context["adminform"].form.fields)
    staff.post(url(Building, "change", building.pk), form(page) | {"neighbourhood": there.pk, "placement": "border"})
    building.refresh_from_db()
    assert (building.neighbourhood, building.placement) == (here, "inside")


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.__name__)
def test_a_published_record_is_hidden_and_never_deleted(model, staff):
    record = PUBLISHED[model]()
    assert staff.post(url(model, "delete", record.pk), {"post": "yes"}).status_code == 403
    listing = staff.get(url(model, "changelist"))
    assert "delete_selected" not in listing.content.decode()
    chosen = {"action": "hide", "_selected_action": [record.pk]}
    assert staff.post(url(model, "changelist"), chosen).status_code == 302
    assert not model.objects.public().exists()
    staff.post(url(model, "changelist"), chosen | {"action": "publish"})
    assert model.objects.public().get() == record
    assert admin.models.LogEntry.objects.count() == 2


@pytest.mark.parametrize(
    "asked",
    ["place__isvalid=1", "place__contains=POINT(7 45)", "label_point__bboverlaps=x", "name__regex=(a%2B)%2B$",
     "city__envelope__isnull=0", "neighbourhood__boundary__contains=x", "shares__isnull=1", "use_status__regex=x"],
)  # fmt: skip
def test_a_list_answers_only_the_filters_it_offers(asked, staff):
    make.BuildingFactory()
    answer = staff.get(f"{url(Building, 'changelist')}?{asked}")
    assert answer.status_code == 400 or (answer.status_code == 302 and answer["Location"].endswith("?e=1"))


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.__name__)
def test_every_filter_that_a_list_offers_answers(model, staff):
    PUBLISHED[model]()
    listing = staff.get(url(model, "changelist"))
    queries = [
        choice["query_string"]
        for spec in listing.context["cl"].filter_specs
        for choice in spec.choices(listing.context["cl"])
    ]
    assert queries
    for query in queries[:12]:
        assert staff.get(url(model, "changelist") + query).status_code == 200


def test_lists_do_not_read_geometries(staff, django_assert_max_num_queries):
    for _ in range(12):
        make.BuildingFactory()
    with django_assert_max_num_queries(12) as seen:
        staff.get(url(Building, "changelist"))
    listing = [query["sql"] for query in seen.captured_queries if 'FROM "commons_building"' in query["sql"]]
    assert not any('"commons_building"."place"' in sql for sql in listing)
    assert geometries(Building) == ["place", "label_point"]


def test_who_may_only_look_sees_no_coordinates_and_cannot_save(client):
    territory = make.NeighbourhoodFactory()
    client.force_login(make.StaffFactory(permissions=["neighbourhoods.view_neighbourhood"]))
    page = client.get(url(Neighbourhood, "change", territory.pk))
    assert page.status_code == 200
    assert "SRID" not in page.content.decode()
    assert client.post(url(Neighbourhood, "change", territory.pk), {"name": "x"}).status_code == 403


def test_a_territory_takes_the_city_of_its_partition(staff):
    partition = make.PartitionFactory(city=make.CityFactory(slug="latina"))
    data = {
        "name": "Q4", "code": "4", "partition": partition.pk, "precision": "exact", "licence": "CC-BY-4.0",
        "visibility": "public", "language": "it", "boundary": PlaceWidget().serialize(make.square()),
    }  # fmt: skip
    answer = staff.post(url(Neighbourhood, "add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    assert Neighbourhood.objects.get().city.slug == "latina"


def test_the_forms_ask_nothing_of_other_hosts(staff):
    page = staff.get(url(Building, "add"))
    text = page.content.decode()
    assert not [line for line in text.splitlines() if ("src=" in line or "<link" in line) and "//" in line]
    assert "'nonce-" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
