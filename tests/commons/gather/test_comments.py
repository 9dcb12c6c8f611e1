"""Comments: only while open, by the clock of the city; cleaned, bounded, moderated with a trace."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.conf import settings
from django.db import connections
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation

from commons import pace
from commons.gather import limits
from commons.gather.comments import PAGE, write_comment
from commons.models import Contribution, JoinRequest, Pace, Proposal
from commons.refusals import NotPossible
from neighbourhoods.plain_text import MOST_MARKS, plain
from people.models import Message
from people.privacy import erase_person
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def comment(client, proposal, text="Mi piace molto.", **also):
    return client.post(reverse("comment", args=[proposal.city.slug, proposal.uid]), {"text": text} | also)


def page(client, proposal):
    with translation.override("en"):
        response = client.get(proposal.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_story_3_a_resident_comments_and_joins(client, cast, a_proposal):
    """Only while open; the closing time in Europe/Rome; the request reaches proposer and staff; a trace is left."""
    closes = datetime(2030, 7, 1, 16, 30, tzinfo=UTC)
    proposal = a_proposal("in_consultation", closes=closes)
    assert "on 1 July 2030 at 18:30" in page(client, proposal)
    client.force_login(cast.carlo)
    response = comment(client, proposal, "Mancano le panchine.")
    written = Contribution.objects.get()
    assert response.status_code == 302 and response["Location"].endswith(f"#comment-{written.uid}")
    join = reverse("join", args=["torino", proposal.uid])
    assert client.post(join, {"join-message": "Porto il mio tempo e una zappa"}).status_code == 302
    told = Message.objects.filter(kind="join_request")
    assert {one.user for one in told} == {cast.alice, cast.sara}
    client.logout()
    seen = page(client, proposal)
    assert "Mancano le panchine." in seen and "Carlo" in seen and "zappa" not in seen
    assert "carlo@example.org" not in seen
    client.force_login(cast.sara)
    hidden = {"uid": written.uid, "do": "hide", "reason": "Offende qualcuno"}
    assert client.post("/torino/desk/moderation/", hidden).status_code == 302
    written.refresh_from_db()
    assert written.moderated_by == cast.sara and written.moderated_at and written.text == "Mancano le panchine."
    client.logout()
    seen = page(client, proposal)
    assert "Mancano le panchine." not in seen and "Carlo" not in seen
    assert "Removed by the office" in seen and "Offende qualcuno" in seen and "Sara" not in seen
    client.force_login(cast.carlo)
    Proposal.objects.filter(pk=proposal.pk).update(comments_close_at=timezone.now())
    assert comment(client, proposal, "Un minuto dopo").status_code == 409
    assert "Comments closed" in page(client, proposal)
    proposal.refresh_from_db()
    proposal.advance("start_codesign", by=cast.sara)
    assert comment(client, proposal, "Troppo tardi").status_code == 409
    proposal.sessions.create(starts_at=timezone.now(), minutes="Fatto", attendance=3)
    words = {"final_text": "Testo", "budget": "0 €", "indicators": "Ore", "risks": "Polizza"}
    proposal.advance("to_approval", by=cast.sara, **words)
    assert client.post(join, {"join-message": "Vengo anche ora"}).status_code == 409
    assert Contribution.objects.count() == JoinRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("closes", "open_until"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30 CEST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30 CET"),
    ],
)
def test_the_hour_that_autumn_has_twice_closes_when_it_says(cast, a_proposal, closes, open_until):
    proposal = a_proposal("in_consultation")
    proposal.comments_open_at, proposal.comments_close_at = closes - timedelta(days=9), closes
    assert limits.moment_words(cast.city, closes).endswith(open_until)
    assert limits.comments_closed(proposal, closes - timedelta(seconds=1)) == ""
    assert limits.comments_closed(proposal, closes) != ""
    assert limits.comments_closed(proposal, closes - timedelta(days=10)) != ""


def test_the_closing_time_is_that_of_the_citys_clocks_in_winter_and_summer(cast):
    winter, summer = datetime(2026, 12, 1, 17, 0, tzinfo=UTC), datetime(2026, 7, 1, 17, 0, tzinfo=UTC)
    assert limits.in_city(cast.city, winter).hour == 18 and limits.in_city(cast.city, summer).hour == 19
    cast.city.time_zone = "Atlantic/Canary"
    assert limits.in_city(cast.city, winter).hour == 17


def test_the_clock_closes_comments_even_when_nobody_has_moved_the_state(client, cast, a_proposal, monkeypatch):
    proposal = a_proposal("in_consultation", closes=timezone.now() + timedelta(days=1))
    closes = proposal.comments_close_at
    client.force_login(cast.carlo)
    monkeypatch.setattr(limits.timezone, "now", lambda: closes + timedelta(seconds=1))
    response = comment(client, proposal, "Un attimo dopo")
    assert response.status_code == 409 and "Un attimo dopo" in response.content.decode()
    with pytest.raises(NotPossible):
        write_comment(proposal, cast.carlo, "Un attimo dopo")
    assert not Contribution.objects.exists()


def test_a_visitor_signs_in_and_finds_the_words_again(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    response = comment(client, proposal, "Scritto prima di entrare")
    assert response.status_code == 302
    assert response["Location"].startswith(resolve_url(settings.LOGIN_URL)) and "next=" in response["Location"]
    assert not Contribution.objects.exists() and not Pace.objects.exists()
    client.post(reverse("join", args=["torino", proposal.uid]), {"join-message": "Anche questo"})
    client.force_login(cast.carlo)
    seen = page(client, proposal)
    assert "Scritto prima di entrare" in seen and "Anche questo" in seen
    comment(client, proposal, "Scritto prima di entrare")
    assert "Here is what you had written" in page(client, proposal)  # the joining request still waits
    client.post(reverse("join", args=["torino", proposal.uid]), {"join-message": "Anche questo"})
    assert "Here is what you had written" not in page(client, proposal)
    assert (Contribution.objects.count(), JoinRequest.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Write your comment first."), (" \u200b ", "Write your comment first."), ("x" * 5_001, "at most 5000"),
     ("uno\0due", "cannot be kept")],
)  # fmt: skip
def test_bad_text_gets_a_message_and_what_was_typed_is_still_there(client, cast, a_proposal, text, words):
    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    with translation.override("en"):
        response = comment(client, proposal, text)
    seen = response.content.decode()
    assert response.status_code == 400 and words in seen and 'href="#id_text"' in seen
    assert text.strip("\u200b \0")[:20] in seen
    assert not Contribution.objects.exists()


def test_text_is_made_plain():
    assert plain("\u202eciao\u202c \u200bmon\u200ddo\ufeff") == "ciao mondo"
    assert plain("a\r\nb\rc") == "a\nb\nc"
    assert plain("perche\u0301") == "perché"
    assert plain("z" + "\u0335" * 500) == "z" + "\u0335" * MOST_MARKS
    family = "👩\u200d👧"
    assert plain(family) == family
    assert plain("{{7*7}} <b>%s</b>") == "{{7*7}} <b>%s</b>"


def test_what_looks_like_a_page_or_a_template_is_shown_as_it_was_typed(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    write_comment(proposal, cast.carlo, "<script>alert(1)</script> {{7*7}}")
    seen = page(client, proposal)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in seen and "<script>alert" not in seen


def test_a_city_may_read_comments_first(client, cast, a_proposal):
    cast.city.profile = {"procedure": {"premoderation": True}}
    cast.city.save()
    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    comment(client, proposal, "Da leggere prima")
    assert Contribution.objects.get().moderation == "waiting"
    assert "Da leggere prima" in page(client, proposal)
    client.force_login(cast.dora)
    assert "Da leggere prima" not in page(client, proposal)
    client.logout()
    assert "Da leggere prima" not in page(client, proposal)


def test_a_program_that_fills_every_field_is_answered_and_forgotten(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    assert comment(client, proposal, "Compra qui", website="https://example.org").status_code == 302
    assert not Contribution.objects.exists()


def test_too_many_comments_wait_and_keep_their_text(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    codes = [comment(client, proposal, f"Numero {n}").status_code for n in range(8)]
    most = pace.PACES["comment"].person
    assert codes == [302] * most + [429] * (8 - most)
    assert Contribution.objects.count() == codes.count(302)


def test_one_address_has_a_pace_whoever_sits_there(rf, cast, monkeypatch):
    monkeypatch.setitem(pace.PACES, "comment", pace.Limit(10, person=100, address=2))
    answers = []
    for user in (cast.carlo, cast.dora, cast.alice):
        request = rf.post("/", headers={"X-Forwarded-For": f"198.51.100.{user.pk % 200}"})
        request.user = user
        answers.append(pace.too_fast(request, "comment"))
    assert answers == [False, False, True]


def test_only_the_named_proxy_is_believed_about_the_address(rf, settings):
    request = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    for proxies, address in ((0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9"), (3, "127.0.0.1")):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        assert pace.client_address(request) == address


def test_what_was_counted_leads_back_to_nobody_and_is_forgotten(cast):
    old = timezone.now() - timedelta(days=3)
    assert pace.count("comment:by:1", pace.window(old, 10)) == 1
    assert pace.count("comment:by:1", pace.window(timezone.now(), 10)) == 1
    left = Pace.objects.get()
    assert len(left.key) == 64 and left.since > old


def test_the_same_text_sent_twice_is_one_comment(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    for _n in range(2):
        assert comment(client, proposal, "Una volta sola").status_code == 302
    assert Contribution.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_comment_sent_ten_times_at_once_is_one(cast, a_proposal):
    proposal = a_proposal("in_consultation")

    def write():
        write_comment(proposal, cast.carlo, "Insieme")
        connections.close_all()

    threads = [Thread(target=write) for _n in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Contribution.objects.count() == 1


def test_a_get_writes_nothing_and_a_form_without_its_token_neither(client, cast, a_proposal):
    from django.test import Client

    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.carlo)
    for name in ("comment", "join", "support"):
        address = reverse(name, args=["torino", proposal.uid])
        assert client.get(address)["Location"] == proposal.get_absolute_url()
        assert client.put(address).status_code == 405
        assert strict.post(address, {"text": "x", "join-message": "x"}).status_code == 403
    assert not Contribution.objects.exists() and not JoinRequest.objects.exists()


def test_pages_take_the_same_statements_however_many_comments_there_are(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    write_comment(proposal, cast.carlo, "Il primo")
    page(client, proposal)
    with counted() as few:
        page(client, proposal)
    people = [cast.carlo, cast.dora, cast.alice]
    Contribution.objects.bulk_create(
        Contribution(proposal=proposal, author=people[n % 3], text=f"Testo {n}") for n in range(500)
    )
    with counted() as many:
        seen = page(client, proposal)
    assert len(many) == len(few) and seen.count('class="comment"') == PAGE
    assert "Testo 499" in seen and "Testo 3<" not in seen

    assert client.get(f"{proposal.get_absolute_url()}?comments=x%27").status_code == 200


@pytest.mark.parametrize("state", ["draft", "submitted", "hidden"])
def test_what_is_not_public_takes_no_comment_no_request_and_no_support(client, cast, a_proposal, state):
    proposal = a_proposal("in_consultation" if state == "hidden" else "draft")
    if state == "submitted":
        proposal.advance("submit", by=cast.alice)
    Proposal.objects.filter(pk=proposal.pk).update(visibility="hidden" if state == "hidden" else "public")
    client.force_login(cast.carlo)
    for name in ("comment", "join", "support"):
        posted = client.post(reverse(name, args=["torino", proposal.uid]), {"text": "x", "join-message": "x"})
        assert posted.status_code == 404
    assert client.post(reverse("follow", args=[proposal.uid])).status_code == 404
    assert not Contribution.objects.exists() and not JoinRequest.objects.exists()


def test_a_comment_of_who_has_deleted_the_account_says_so(cast, a_proposal, client):
    proposal = a_proposal("in_consultation")
    write_comment(proposal, cast.carlo, "Parole di Carlo")
    erase_person(cast.carlo)
    page = client.get(f"/en/torino/proposals/{proposal.uid}/").content.decode()
    assert "deleted their account" in page and "words were deleted" in page and "Parole di Carlo" not in page
