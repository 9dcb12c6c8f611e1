"""Story 2: a resident reports a need, with a pin or without a place."""

import pytest
from django.utils import timezone

from commons.models import Need
from commons.needs import alike, decide_need, tracked
from commons.refusals import NotPossible, Refused
from people.models import Grant, Message
from people.roles import Role
from tests import factories as make
from tests import factories_of_care as care

pytestmark = pytest.mark.django_db
WORDS = {"name": "Manca una panchina", "kind": "wish", "description": "Si aspetta in piedi", "place": "45.05, 7.67"}


@pytest.fixture
def ada(town):
    """The architect of San Salvario, and one of the neighbourhood beside it who must hear nothing."""
    for name, zone in (("ada", town.west), ("bea", town.east)):
        user = make.UserFactory(username=name)
        Grant.objects.create(user=user, role=Role.ARCHITECT, city=town.city, territory=zone)
    return Grant.objects.get(user__username="ada").user


@pytest.fixture(autouse=True)
def nobody_said_it_before(request, town):
    Need.objects.all().delete()


def report(client, **words):
    return client.post("/en/torino/needs/new/", WORDS | words, follow=True)


def test_story_2_a_resident_reports_a_need_at_a_place_and_follows_it_by_a_code(client, town, ada):
    rosa = make.UserFactory(username="rosa", display_name="Rosa Neri")
    client.force_login(rosa)
    sent = report(client, contact_email="rosa.neri@example.org")
    need = Need.objects.get()
    assert sent.status_code == 200 and need.code in sent.content.decode()
    assert (need.neighbourhood, need.status) == (town.west, "received")
    assert list(Message.objects.values_list("user__username", flat=True)) == ["ada"]
    public = f"/en/torino/needs/{need.uid}/"
    client.logout()
    assert client.get(public).status_code == 404
    assert need.uid not in client.get("/layers/needs.geojson").getvalue().decode()

    client.force_login(ada)
    for address in ("/en/torino/desk/needs/", f"/en/torino/desk/needs/{need.uid}/"):
        desk = client.get(address).content.decode()
        assert need.name in desk and "Rosa" not in desk and "rosa.neri" not in desk
    answered = client.post(f"/en/torino/desk/needs/{need.uid}/", {"status": "answered", "answer": "Arriva a maggio"})
    assert answered.status_code == 302
    client.logout()
    for address in (public, "/en/torino/needs/", "/layers/needs.geojson", "/layers/needs.csv", f"/id/{need.uid}"):
        text = client.get(address, follow=True).getvalue().decode()
        assert need.name in text, address
        assert not [said for said in ("osa.neri", "Rosa", "rosa", need.code) if said in text], address
    typed = need.code.lower().replace("-", " ")
    tracking = client.get("/en/torino/needs/track/", {"code": typed})
    assert "Arriva a maggio" in tracking.content.decode()
    assert "no-store" in tracking["Cache-Control"]
    assert client.get("/en/torino/needs/track/", {"code": "AAAA-BBBB-CCCC"}).status_code == 404
    assert Message.objects.filter(user=rosa, kind="need_answered").count() == 1


def test_what_others_have_said_already_is_shown_before_it_is_sent(client, town, ada):
    near = care.NeedFactory(name="Serve una tettoia", place=make.point(7.6705, 45.0503))
    named = care.NeedFactory(name="Manca una panchina al parco", place=None)
    far = care.NeedFactory(name="Buche in strada", place=make.point(7.69, 45.075))
    unread = care.NeedFactory(name="Manca una panchina qui", status="received", public_since=None)
    asked = report(client).content.decode()
    assert Need.objects.count() == 4 and not Message.objects.exists()
    assert near.uid in asked and named.uid in asked
    assert far.uid not in asked and unread.uid not in asked
    assert alike(town.city, None, "xyz").near == []
    assert report(client, anyway="1").status_code == 200 and Need.objects.count() == 5


def test_without_a_place_the_office_hears_of_it_and_no_architect(client, town, ada):
    Grant.objects.create(user=make.UserFactory(username="sara"), role=Role.STAFF, city=town.city)
    report(client, place="")
    assert list(Message.objects.values_list("user__username", flat=True)) == ["sara"]
    client.force_login(ada)
    assert Need.objects.get().name not in client.get("/en/torino/desk/needs/").content.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"name": ""}, "name"),
        ({"place": "7.67, 45.05"}, "place"),
        ({"website": "x"}, "website"),
        ({"kind": "y"}, "kind"),
    ],
)
def test_a_report_that_cannot_be_kept_says_why_and_keeps_what_was_typed(client, town, words, said):
    answer = report(client, **words)
    assert answer.status_code == 400 and said in answer.context["form"].errors
    assert not Need.objects.exists()
    assert WORDS["description"] in answer.content.decode()


def test_too_many_reports_from_one_browser_are_refused(client, town):
    codes = [report(client, name=f"Guasto numero {n} diverso", anyway="1").status_code for n in range(7)]
    assert codes == [200] * 5 + [429] * 2


def test_an_architect_of_another_area_cannot_answer_it(client, town, ada):
    report(client)
    client.force_login(Grant.objects.get(user__username="bea").user)
    need = Need.objects.get()
    assert client.post(f"/en/torino/desk/needs/{need.uid}/", {"status": "open"}).status_code == 404


def test_what_becomes_of_a_need_is_said_with_what_it_asks_for(town, ada):
    first, second = care.NeedFactory(), care.NeedFactory()
    for status, missing in (
        ("answered", "answer"),
        ("duplicate", "same_as"),
        ("discussed", "laboratory"),
        ("x", "status"),
    ):
        with pytest.raises(Refused) as refused:
            decide_need(second, status, ada)
        assert [one.field for one in refused.value.missing] == [missing]
    decide_need(second, "duplicate", ada, same_as=first)
    with pytest.raises(NotPossible):
        decide_need(first, "duplicate", ada, same_as=Need.objects.get(pk=second.pk))
    assert tracked(town.city, second.code).duplicate_of == first


def test_a_need_taken_off_the_page_says_that_it_is_gone_and_can_come_back(client, town, ada):
    need = care.NeedFactory(public_since=timezone.now())
    decide_need(need, "dismissed", ada, answer="Non riguarda il quartiere")
    assert client.get(f"/id/{need.uid}").status_code == 410
    decide_need(need, "open", ada)
    assert client.get(f"/en/torino/needs/{need.uid}/").status_code == 200
