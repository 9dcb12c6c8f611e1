"""The dossier of a proposal on paper, and the dated history of a building."""

import io
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.gis.geos import GeometryCollection, MultiPoint
from django.urls import reverse
from pypdf import PdfReader

from commons.building_history import add_entry, change_how_to_ask, confirm, dismiss, told
from commons.dossier import dossier_of, readable, set_protocol
from commons.extract import Extract, dots, lines
from commons.models import Building, BuildingEntry, Proposal, Resource
from commons.refusals import NotPossible, Refused
from people.models import Grant
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cast(db):
    city = make.CityFactory()
    people = {name: make.UserFactory(username=name) for name in ("alice", "carlo", "sara", "rico")}
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    Grant.objects.create(user=people["rico"], role=Role.RECORDER, city=city)
    return type("Cast", (), people | {"city": city})


@pytest.fixture
def proposal(cast) -> Proposal:
    make.NeighbourhoodFactory(name="Barriera di Milano")
    make.WaterFactory(name="Dora")
    for n in range(4):
        make.StreetFactory(name=f"Via Però {n}", place=make.line((7.676, 45.068 + n / 999), (7.684, 45.069 + n / 999)))
    group = make.OrganisationFactory(name="Comitato Perché Sì", kind="association")
    made = make.ProposalFactory(
        name="Orto è città <b>più</b> & caffè", state="in_consultation", author=cast.alice, receipt="TOR-2026-00042",
        submitted_on=date(2026, 3, 8), description="Verdure già in città.\nPerò più in là.", aims="Verità & libertà",
        people_involved="Chi c'è", contact_name="Alice Però", contact_email="alice@example.org", duration_months=24,
        wanted_from=date(2026, 5, 1), qualities=["green"], proposers=[group],
        building=make.BuildingFactory(name="Ex scuola Ugo Sì"),
    )  # fmt: skip
    Resource.objects.create(proposal=made, side="held", kind="hours", quantity=120, words="ogni mese")
    Resource.objects.create(proposal=made, side="asked", kind="money", quantity="1500.50")
    made.refresh_from_db()
    return made


def text_of(body: bytes) -> str:
    reader = PdfReader(io.BytesIO(body))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_dossier_holds_everything_with_its_accents(proposal):
    text = text_of(dossier_of(proposal))
    for words in (
        "Orto è città <b>più</b> & caffè", "TOR-2026-00042", "8 marzo 2026", "Comitato Perché Sì", "Alice Però",
        "Ex scuola Ugo Sì", "Verdure già in città.", "Però più in là.", "Verità & libertà", "120", "1500,5", "24",
        "45.07000", "Barriera di Milano",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("____") > 3


def test_the_same_record_gives_the_same_bytes(proposal):
    assert dossier_of(proposal) == dossier_of(Proposal.objects.get(pk=proposal.pk))
    before = dossier_of(proposal)
    proposal.aims = "Altro"
    assert dossier_of(proposal) != before


@pytest.mark.parametrize(
    "place",
    [make.point(), make.line(), make.square(), MultiPoint(make.point(), make.point(7.70), srid=4326),
     GeometryCollection(make.point(), make.line(), srid=4326), None],
    ids=lambda place: place.geom_type if place else "none",
)  # fmt: skip
def test_every_kind_of_place_can_be_drawn(place, proposal):
    proposal.place = place
    assert dossier_of(proposal).startswith(b"%PDF-")


def test_the_extract_covers_the_place_and_says_its_scale(proposal, cast):
    extract = Extract(cast.city, make.square(half=0.02), 480, 250, ("Vera", "VeraBd"))
    assert extract.box().contains(make.square(half=0.02)) and extract.metres > 4_000
    middle = extract.at(7.68, 45.07)
    assert middle == pytest.approx((240, 125))
    assert len(list(lines(make.square()))) == 1 and list(dots(make.point())) == [(7.68, 45.07)]
    assert " m" in text_of(dossier_of(proposal))


def test_a_very_long_or_strange_text_goes_over_pages_and_loses_no_page_number(proposal):
    proposal.description = "parola " * 6_000 + "x" * 3_000 + " \u202e \u0000 中文 ș ﬁ 🏠"
    body = dossier_of(proposal)
    pages = PdfReader(io.BytesIO(body)).pages
    assert len(pages) > 5 and f"{len(pages)} di {len(pages)}" in pages[-1].extract_text().replace(" of ", " di ")
    assert readable("caffè ș ﬁ 中\u202e") == "caffè s ﬁ ? "


def test_a_draft_says_that_it_has_no_receipt(cast):
    bare = Proposal.objects.create(city=cast.city, name="Solo un titolo", author=cast.alice)
    assert "/id/" + bare.uid in text_of(dossier_of(bare)).replace(" ", "")
    assert "Solo un titolo" in text_of(dossier_of(bare)) and "TOR-" not in text_of(dossier_of(bare))


def test_the_dossier_is_for_its_writers_and_the_office(client, cast, proposal):
    page = reverse("proposal-dossier", args=["torino", proposal.uid])
    assert client.get(page).status_code == 404
    for name, status in {"carlo": 404, "alice": 200, "sara": 200, "rico": 200}.items():
        client.force_login(getattr(cast, name))
        answer = client.get(page)
        assert answer.status_code == status, name
    assert answer["Content-Type"] == "application/pdf" and {"private", "no-store"} <= set(
        answer["Cache-Control"].split(", ")
    )
    assert answer["Content-Disposition"] == 'attachment; filename="tor-2026-00042.pdf"'


def test_the_protocol_number_comes_back_into_the_record(client, cast, proposal):
    page = reverse("protocol", args=["torino", proposal.uid])
    sent = {"number": " 123/2026 ", "date": "2026-03-09"}
    for name in ("carlo", "alice", "rico"):
        client.force_login(getattr(cast, name))
        assert client.post(page, sent).status_code == 403
    client.force_login(cast.sara)
    assert client.get(page).status_code == 200
    assert client.post(page, sent | {"date": "tomorrow"}).status_code == 400
    far = str(date.today() + timedelta(days=9))
    wrong = client.post(page, sent | {"date": far})
    assert wrong.status_code == 400 and far in wrong.content.decode()
    assert client.post(page, sent | {"number": "  "}).status_code == 400
    assert client.post(page, sent).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.protocol_number, proposal.protocol_date) == ("123/2026", date(2026, 3, 9))
    assert "123/2026" in text_of(dossier_of(proposal)) and "123/2026" in client.get(page).content.decode()
    assert LogEntry.objects.filter(user=cast.sara, object_id=proposal.pk).exists()


def test_a_draft_has_nothing_to_register(cast):
    with pytest.raises(Refused):
        set_protocol(Proposal.objects.create(city=cast.city, name="Bozza"), "1", cast.city.today(), cast.sara)


# The building's history.
def entry(building, **also) -> BuildingEntry:
    values = {"on": date(2020, 1, 1), "use_status": "in_regeneration", "state": "proposed"} | also
    return BuildingEntry.objects.create(building=building, **values)


def test_a_confirmed_entry_makes_the_building_what_it_says(cast):
    building = make.BuildingFactory(use_status="disused", use_since=date(2014, 1, 1))
    confirm(
        entry(building, owner="Città", condition="poor", asset_code="A1", parcel="12/3", office="Patrimonio"), cast.sara
    )
    building.refresh_from_db()
    assert (building.use_status, building.use_since) == ("in_regeneration", date(2020, 1, 1))
    assert (building.owner, building.condition, building.asset_code, building.parcel) == ("Città", "poor", "A1", "12/3")
    assert building.entries.get().recorded_by == cast.sara and LogEntry.objects.filter(user=cast.sara).count() == 1


def test_an_older_entry_does_not_overwrite_what_is_newer(cast):
    building = make.BuildingFactory(use_status="disused", use_since=date(2014, 1, 1), owner="")
    add_entry(building, cast.sara, on=date(2018, 1, 1), owner="Città")
    add_entry(building, cast.sara, on=date(1990, 1, 1), owner="Provincia", use_status="reused")
    building.refresh_from_db()
    assert (building.owner, building.use_status, building.use_since) == ("Città", "disused", date(2014, 1, 1))
    add_entry(building, cast.sara, on=date(2019, 1, 1), use_status="disused")
    building.refresh_from_db()
    assert building.use_since == date(2014, 1, 1), "it was disused all the time"


def test_an_entry_is_settled_once_and_never_of_a_day_to_come(cast):
    building = make.BuildingFactory()
    waiting = entry(building)
    dismiss(waiting, cast.sara)
    for settle in (confirm, dismiss):
        with pytest.raises(NotPossible):
            settle(waiting, cast.sara)
    with pytest.raises(Refused):
        confirm(entry(building, on=cast.city.today() + timedelta(days=2)), cast.sara)
    with pytest.raises(Refused):
        add_entry(building, cast.sara, on=date(2020, 1, 1))
    building.refresh_from_db()
    assert building.use_status == "disused"


def test_the_public_page_tells_the_confirmed_history_and_nothing_else(client, cast):
    building = make.BuildingFactory()
    pact = make.PactFactory(name="Patto che lo cambia")
    hidden = make.PactFactory(name="Patto nascosto", visibility="hidden")
    entry(building, state="confirmed", works="Tetto rifatto", because=pact.uid)
    entry(building, state="confirmed", note="Chiuso al pubblico", because=hidden.uid)
    entry(building, state="proposed", note="Forse apre")
    entry(building, state="dismissed", note="Non era vero")
    text = client.get(building.get_absolute_url()).content.decode()
    assert "Tetto rifatto" in text and "Chiuso al pubblico" in text and f"/id/{pact.uid}" in text
    assert hidden.uid not in text and hidden.name not in text
    assert "Forse apre" not in text and "Non era vero" not in text and "gennaio 2020" in text
    assert [one.cause for one in told(building)] == [None, pact]


def test_the_dossier_page_is_for_those_who_look_after_places(client, cast):
    building = make.BuildingFactory()
    page = reverse("building-dossier", args=["torino", building.uid])
    ask = reverse("building-how-to-ask", args=["torino", building.uid])
    one = reverse("building-entry", args=["torino", building.uid, entry(building).pk])
    for name in (None, "carlo", "rico"):
        if name:
            client.force_login(getattr(cast, name))
        assert [client.get(page).status_code, client.post(page, {}).status_code, client.get(ask).status_code] == [
            403
        ] * 3
        assert client.post(one, {"answer": "confirm"}).status_code == 403
    assert Building.objects.get().use_status == "disused"


def test_the_office_adds_confirms_dismisses_and_says_how_to_ask(client, cast):
    client.force_login(cast.sara)
    building = make.BuildingFactory()
    page = reverse("building-dossier", args=["torino", building.uid])
    assert client.get(page).status_code == 200
    wrong = client.post(page, {"on": "2020-01-01", "works": ""})
    assert wrong.status_code == 400
    kept = client.post(page, {"on": "2999-01-01", "works": "Parole da non perdere"})
    assert kept.status_code == 400 and "Parole da non perdere" in kept.content.decode()
    assert client.post(page, {"on": "2020-01-01", "works": "Tetto"}).status_code == 302
    first, second = entry(building), entry(building, use_status="reused")

    def answer(which, words):
        return client.post(reverse("building-entry", args=["torino", building.uid, which.pk]), {"answer": words})

    assert answer(first, "perhaps").status_code == 400
    assert answer(first, "confirm").status_code == 302 and answer(first, "dismiss").status_code == 409
    assert answer(second, "dismiss").status_code == 302
    ask = reverse("building-how-to-ask", args=["torino", building.uid])
    assert client.get(ask).status_code == 200
    assert client.post(ask, {"text": "x" * 5_001}).status_code == 400
    assert client.post(ask, {"text": "Scrivi\nPassa"}).status_code == 302
    building.refresh_from_db()
    assert (building.use_status, building.how_to_ask) == ("in_regeneration", "Scrivi\nPassa")
    change_how_to_ask(building, " ", cast.sara)
    assert Building.objects.get(pk=building.pk).how_to_ask == ""
    assert answer(entry(make.BuildingFactory()), "confirm").status_code == 404
