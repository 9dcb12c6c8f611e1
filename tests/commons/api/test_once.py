"""The same request twice is done once, also when twenty arrive together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from commons.api import idempotency
from commons.models import KeptAnswer, Proposal, Step
from people.models import Message
from tests.answers import problem
from tests.commons.api.conftest import ask, draft, feature, make_cast, under_review


def together(count, work):
    """What `work` returns in each of many threads that start at once."""
    start = Barrier(count)

    def one(_n):
        start.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_posts_in_parallel_make_one_proposal_one_receipt_and_one_message():
    cast = make_cast()
    sent = lambda: ask(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key="one")  # noqa: E731
    answers = together(20, sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == len({answer["ETag"] for answer in answers}) == 1
    assert Proposal.objects.count() == 1
    proposal = draft(cast)
    path = f"proposals/{proposal.uid}/"
    etag = ask(cast.alice_key, "GET", path)["ETag"]
    submit = lambda: ask(  # noqa: E731
        cast.alice_key, "POST", f"{path}moves/submit/", {}, If_Match=etag, Idempotency_Key="two"
    )
    answers = together(20, submit)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["properties"]["receipt"] for answer in answers}) == 1
    assert Step.objects.count() == 1 and Message.objects.filter(user=cast.alice).count() == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 19


@pytest.mark.django_db(transaction=True)
def test_without_a_key_one_of_twenty_submissions_wins_and_the_others_hear_why():
    cast = make_cast()
    proposal = draft(cast)
    path = f"proposals/{proposal.uid}/"
    etag = ask(cast.alice_key, "GET", path)["ETag"]
    answers = together(20, lambda: ask(cast.alice_key, "POST", f"{path}moves/submit/", {}, If_Match=etag))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
    assert Step.objects.count() == 1 and Message.objects.filter(user=cast.alice).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_still_under_way_is_409(monkeypatch):
    cast = make_cast()
    monkeypatch.setattr(idempotency, "WAITS", "100ms")
    monkeypatch.setattr(connection, "inc_thread_sharing", connection.inc_thread_sharing)
    from django.db import transaction

    with transaction.atomic():
        KeptAnswer.objects.create(user=cast.alice, key="one", fingerprint="x", path="/")
        [answer] = together(1, lambda: ask(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key="one"))
        problem(answer, 409, "conflict")
        transaction.set_rollback(True)
    assert Proposal.objects.count() == 0
    assert ask(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key="one").status_code == 201


@pytest.mark.django_db
def test_a_key_belongs_to_one_request_of_one_person_for_a_day(cast, api):
    first = api(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key="one")
    again = api(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key="one")
    assert (again.content, again["ETag"], again["Location"]) == (first.content, first["ETag"], first["Location"])
    assert (again["Content-Type"], again["Idempotency-Replayed"]) == ("application/geo+json", "true")
    problem(api(cast.alice_key, "POST", "proposals/", feature(name="B"), Idempotency_Key="one"), 409, "conflict")
    uid = under_review(cast).uid
    problem(api(cast.alice_key, "POST", f"proposals/{uid}/join/", {}, Idempotency_Key="one"), 409, "conflict")
    assert api(cast.carlo_key, "POST", "proposals/", feature(), Idempotency_Key="one").status_code == 201
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    assert api(cast.alice_key, "POST", "proposals/", feature(name="B"), Idempotency_Key="one").status_code == 201


@pytest.mark.django_db
def test_a_refusal_is_not_kept_and_a_bad_key_is_400(cast, api):
    problem(api(cast.alice_key, "POST", "proposals/", feature(name=""), Idempotency_Key="one"), 400, "invalid-input")
    assert not KeptAnswer.objects.exists()
    assert api(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key="one").status_code == 201
    for key in ("", "a b", "x" * 256):
        problem(api(cast.alice_key, "POST", "proposals/", feature(), Idempotency_Key=key), 400, "invalid-input")
