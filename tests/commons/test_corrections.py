""" "Missing or wrong place? Tell us": said without an account, read and answered by those who moderate."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from commons.models import Correction
from commons.pace import PACES
from commons.telling import about, settle_correction
from commons.views.corrections import TellForm
from commons.whereabouts import BadPlace, typed_point
from people.models import Grant, Message
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
PAGE = "/torino/tell-us/"
WORDS = {"text": "Manca il campetto di via Però."}


@pytest.fixture(autouse=True)
def nobody_counted_yet():
    cache.clear()


@pytest.fixture
def cast(db):
    city = make.CityFactory()
    people = {name: make.UserFactory(username=name) for name in ("alice", "sara")}
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    return type("Cast", (), people | {"city": city})


def test_anybody_can_tell_us_without_an_account(client, cast):
    building = make.BuildingFactory()
    assert building.name in client.get(PAGE, {"about": building.uid}).content.decode()
    sent = WORDS | {"about": building.uid, "email": "chi@example.org", "place": "45.07, 7.68", "website": ""}
    assert client.post(PAGE, sent)["Location"] == reverse("told-us", args=["torino"])
    assert client.get(reverse("told-us", args=["torino"])).status_code == 200
    one = Correction.objects.get()
    assert (one.about, one.email, one.place.coords, one.user, one.state) == (
        building.uid, "chi@example.org", (7.68, 45.07), None, "new"
    )  # fmt: skip


def test_who_is_signed_in_is_remembered_for_the_answer(client, cast):
    client.force_login(cast.alice)
    client.post(PAGE, WORDS)
    assert Correction.objects.get().user == cast.alice


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": "x" * 3_001}, {"text": "a\x00b"}, {"email": "nobody"}, {"place": "7.68, 45.07"},
     {"place": "10, 10"}, {"place": "qui"}, {"place": "nan, inf"}],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(wrong, client, cast):
    answer = client.post(PAGE, WORDS | {"email": "chi@example.org"} | wrong)
    assert answer.status_code == 400 and not Correction.objects.exists()
    text = answer.content.decode()
    assert 'role="alert"' in text and ("via Però" in text or "text" in wrong) and ("chi@" in text or "email" in wrong)


def test_a_program_that_fills_the_trap_is_thanked_and_not_heard(client, cast):
    assert client.post(PAGE, WORDS | {"website": "http://spam.example"}).status_code == 302
    assert not Correction.objects.exists()


def test_too_many_from_one_browser_or_one_address_wait(client, cast):
    most = PACES["correction"]
    for _ in range(most.person):
        assert client.post(PAGE, WORDS).status_code == 302
    late = client.post(PAGE, WORDS)
    assert late.status_code == 429 and "via Però" in late.content.decode()
    for _ in range(most.address - most.person - 1):
        assert Client().post(PAGE, WORDS).status_code == 302
    assert Client().post(PAGE, WORDS).status_code == 429
    assert Client().post(PAGE, WORDS, REMOTE_ADDR="10.9.8.7").status_code == 302


@pytest.mark.parametrize("secret", [{"visibility": "hidden"}, {"state": "submitted"}])
def test_a_record_that_is_not_public_is_neither_named_nor_kept(secret, client, cast):
    proposal = make.ProposalFactory(name="Nome segreto", **secret)
    assert "Nome segreto" not in client.get(PAGE, {"about": proposal.uid}).content.decode()
    client.post(PAGE, WORDS | {"about": proposal.uid})
    assert Correction.objects.get().about == "" and about(cast.city, proposal.uid) is None
    assert client.get(PAGE, {"about": "x" * 99}).status_code == 200
    assert client.get("/nowhere/tell-us/").status_code == 404


def test_every_page_leads_here(client, cast):
    building = make.BuildingFactory()
    assert f"{PAGE}?about={building.uid}" in client.get(building.get_absolute_url()).content.decode()
    assert PAGE in client.get("/torino/").content.decode()


@pytest.mark.parametrize(
    "text,found",
    [("45.07, 7.68", (7.68, 45.07)), ("45.07 7.68", (7.68, 45.07)), ("45,07 7,68", (7.68, 45.07)),
     ("45,07; 7,68", (7.68, 45.07)), ("45.07 N 7.68 E", (7.68, 45.07)), ("  ", None)],
)  # fmt: skip
def test_coordinates_are_read_as_people_type_them(text, found, cast):
    point = typed_point(text, cast.city)
    assert (point.coords if point else None) == found


def test_the_form_reads_the_place_by_itself(cast):
    form = TellForm(cast.city, WORDS | {"place": "45.07 7.68"})
    assert form.is_valid() and form.cleaned_data["place"].coords == (7.68, 45.07)
    form.cleaned_data["place"] = "7.68 45.07"
    with pytest.raises(ValidationError):
        form.clean_place()


def test_swapped_coordinates_are_recognised(cast):
    from django.utils import translation

    with translation.override("en"), pytest.raises(BadPlace, match="swapped"):
        typed_point("7.68, 45.07", cast.city)


def told(cast, **also) -> Correction:
    return Correction.objects.create(city=cast.city, text="Manca il campetto", **also)


def test_the_list_is_for_those_who_moderate(client, cast):
    one, page = told(cast), reverse("corrections", args=["torino"])
    for user in (None, cast.alice):
        if user:
            client.force_login(user)
        assert client.get(page).status_code == 403
        assert client.post(reverse("correction", args=["torino", one.uid]), {"state": "done"}).status_code == 403
    client.force_login(cast.sara)
    answer = client.get(page)
    assert "Manca il campetto" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert "Manca il campetto" not in client.get(page, {"state": "done"}).content.decode()
    other = make.CityFactory(slug="latina")
    assert client.get(reverse("corrections", args=[other.slug])).status_code == 403


def test_what_is_settled_is_answered_once_and_keeps_who_and_when(client, cast):
    client.force_login(cast.sara)
    mine, mailed = told(cast, user=cast.alice), told(cast, email="chi@example.org")
    go = reverse("correction", args=["torino", mine.uid])
    refused = client.post(go, {"state": "dismissed", "answer": " "})
    assert refused.status_code == 400 and not Message.objects.exists()
    assert client.post(go, {"state": "perhaps", "answer": "Parole"}).status_code == 400
    assert client.post(go, {"state": "dismissed", "answer": "È già sulla mappa."}).status_code == 302
    assert client.post(go, {"state": "done"}).status_code == 409
    mine.refresh_from_db()
    assert (mine.state, mine.handled_by, bool(mine.handled_at)) == ("dismissed", cast.sara, True)
    assert "È già sulla mappa." in Message.objects.get(user=cast.alice).text
    settle_correction(mailed, "done", "", cast.sara)
    assert Message.objects.get(email="chi@example.org").state == "waiting"
    assert client.get(reverse("corrections", args=["torino"]), {"state": "dismissed"}).status_code == 200
