"""The feedback page: anybody writes without an account, somebody gets it, nothing can be looked up."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.sites import site
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from commons import feedback
from commons.admin.feedback import FeedbackAdmin
from commons.models import Feedback
from commons.pace import PACES
from commons.views.feedback import city_of
from people.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db
PAGE = "/feedback/"
WORDS = {
    "subject": "accessibility",
    "text": "Non riesco ad aprire l'elenco.",
    "email": "chi@example.org",
    "website": "",
}


@pytest.fixture(autouse=True)
def nobody_counted_yet():
    cache.clear()


@pytest.fixture
def administrator(db):
    make.CityFactory()
    return make.UserFactory(username="ada", is_staff=True, is_superuser=True)


def test_anybody_writes_without_an_account_and_the_administrators_get_a_mail(client, administrator):
    assert client.get(PAGE, {"page": "/torino/buildings/x/?a=1"}).status_code == 200
    sent = client.post(PAGE, WORDS | {"page": "/torino/buildings/x/?a=1"}, follow=True)
    one = Feedback.objects.get()
    assert (one.text, one.email, one.page, one.city.slug) == (
        WORDS["text"],
        "chi@example.org",
        "/torino/buildings/x/",
        "torino",
    )
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", one.receipt) and one.receipt in sent.content.decode()
    mail = Message.objects.get()
    assert (mail.email, mail.path, mail.state) == (administrator.email, "/torino/buildings/x/", Message.State.WAITING)
    assert one.receipt in mail.subject and WORDS["text"] in mail.text and "chi@example.org" in mail.text


def test_it_goes_to_the_address_of_the_settings_or_else_to_the_city(administrator, settings):
    city = make.CityFactory()
    city.profile["contact"] = {"email": "comune@example.org"}
    assert feedback.readers(None) == [administrator.email]
    assert feedback.readers(city) == ["comune@example.org"]
    settings.FEEDBACK_EMAIL = "rtd@example.org"
    assert feedback.readers(city) == ["rtd@example.org"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 5_001},
        {"text": "a\x00b"},
        {"email": "nobody"},
        {"subject": "nothing"},
        {"website": "x"},
    ],
    ids=lambda wrong: "-".join(wrong) + str(len(str(wrong))),
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(wrong, client, administrator):
    response = client.post(PAGE, WORDS | {"page": "/torino/"} | wrong)
    text = response.content.decode()
    assert response.status_code == 400 and 'role="alert"' in text
    assert Feedback.objects.count() == Message.objects.count() == 0
    if "text" not in wrong:
        assert "Non riesco ad aprire" in text and 'value="/torino/"' in text


def test_who_sends_too_much_waits_and_loses_nothing(client, administrator):
    for _ in range(PACES["feedback"].person):
        assert client.post(PAGE, WORDS).status_code == 302
    late = client.post(PAGE, WORDS)
    assert late.status_code == 429 and "Non riesco ad aprire" in late.content.decode()
    assert Feedback.objects.count() == PACES["feedback"].person


def test_no_address_finds_a_message_or_shows_a_number_that_is_not_ours(client, administrator):
    client.post(PAGE, WORDS)
    one = Feedback.objects.get()
    assert client.get(f"/feedback/sent/{one.receipt}/").status_code == 404
    assert client.get("/feedback/sent/AAAA-AAAA-AAAA:x/").status_code == 404
    gone = feedback.shown_as(one.receipt)
    one.delete()
    assert (
        feedback.receipt_of(gone) and client.get(f"/feedback/sent/{gone}/").status_code == 200
    )  # nothing is looked up


@pytest.mark.parametrize(
    ("said", "kept"),
    [("/torino/?q=1#x", "/torino/"), ("//evil.example/", ""), ("/\\evil", ""), ("https://evil.example", ""), ("", ""),
     ("/a\nb", ""), ("/" + "x" * 400, "/" + "x" * 299)],
)  # fmt: skip
def test_only_a_page_of_this_site_is_remembered(said, kept):
    assert feedback.own_page(said) == kept


def test_the_city_is_that_of_the_page_or_the_only_one(administrator):
    assert city_of("/en/torino/buildings/x/").slug == city_of("/privacy/").slug == "torino"
    make.CityFactory(slug="enna", name="Enna")
    assert city_of("/enna/").slug == "enna" and city_of("/privacy/") is None and city_of("") is None


def test_a_message_is_deleted_after_a_year_by_the_timer(administrator):
    old, new = (feedback.record_feedback(None, "", subject="other", text=text, email="") for text in ("old", "new"))
    Feedback.objects.filter(pk=old.pk).update(told_at=timezone.now() - timedelta(days=366))
    call_command("tick", verbosity=0)
    assert list(Feedback.objects.all()) == [new]
    assert feedback.sweep_feedback() == 0


def test_an_administrator_reads_and_marks_it_but_writes_none(client, administrator):
    one = feedback.record_feedback(None, "/privacy/", subject="privacy", text="Che cosa sapete di me?", email="")
    client.force_login(administrator)
    assert "Che cosa sapete" in client.get(f"/admin/commons/feedback/{one.pk}/change/").content.decode()
    assert client.get("/admin/commons/feedback/add/").status_code == 403
    FeedbackAdmin(Feedback, site).mark_answered(None, Feedback.objects.all())
    one.refresh_from_db()
    assert one.state == "answered"
