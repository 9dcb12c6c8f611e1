"""Sending: what is missing is said, an account is asked for at the end, and a proposal is sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from commons.models import Call, Proposal, Step
from people.models import Grant, Message
from people.roles import Role
from tests import factories as make
from tests.commons.propose.cast import WHOLE, begun, draft_of, gather, page_of, signed_in

POINT = '{"type": "Point", "coordinates": [7.68, 45.07]}'


@pytest.mark.django_db
def test_what_is_missing_is_said_with_links_and_nothing_is_sent(cast):
    alice = signed_in(cast.alice)
    proposal = draft_of(cast, aims="", place=None, no_resources=False, consent_at=None)
    page = alice.post(page_of(proposal, "submit/"))
    assert page.status_code == 400
    for anchor in ("#id_aims", "#where", "#what-you-bring", "#id_consent"):
        assert f'href="{anchor}"'.encode() in page.content
    proposal.refresh_from_db()
    assert proposal.state == "draft" and not proposal.receipt


@pytest.mark.django_db
def test_a_visitor_writes_first_and_signs_in_only_to_send(cast, client):
    proposal = begun(client)
    unfinished = client.post(page_of(proposal, "submit/"), WHOLE | {"revision": "1", "aims": ""})
    assert unfinished.status_code == 400 and b'href="#id_aims"' in unfinished.content
    answer = client.post(page_of(proposal, "submit/"), WHOLE | {"revision": "2", "place": POINT})
    assert answer.status_code == 302 and f"next={page_of(proposal, 'submit/')}" in answer["Location"]
    proposal.refresh_from_db()
    assert proposal.state == "draft" and proposal.description == "Un orto con le classi."
    client.force_login(cast.bruno)
    assert client.get(page_of(proposal, "submit/")).status_code == 200
    proposal.refresh_from_db()
    assert proposal.author is None
    sent = client.post(page_of(proposal, "submit/"))
    assert sent["Location"] == page_of(proposal, "receipt/")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.author, proposal.edit_key) == ("submitted", cast.bruno, "")
    assert proposal.receipt.encode() in client.get(page_of(proposal, "receipt/")).content
    assert client.get(page_of(proposal))["Location"] == page_of(proposal, "receipt/")


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_posts_make_one_proposal_and_the_same_receipt():
    cast = gather()
    proposal, sender = draft_of(cast), signed_in(cast.alice)
    data = WHOLE | {"revision": "1", "place": '{"type": "Polygon", "coordinates": [[[7.67, 45.06], [7.69, 45.08], '
                    '[7.69, 45.06], [7.67, 45.06]]]}'}  # fmt: skip

    def post(_number):
        client = Client()
        client.cookies = sender.cookies
        try:
            return client.post(page_of(proposal, "submit/"), data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(post, range(20)))
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, page_of(proposal, "receipt/"))}
    assert Step.objects.filter(proposal=proposal).count() == 1 and Proposal.objects.count() == 1
    assert Message.objects.filter(user=cast.alice, kind="proposal_submit").count() == 1


@pytest.mark.django_db
def test_two_groups_propose_for_one_building_and_each_stays_its_own(cast):
    receipts = set()
    for user in (cast.alice, cast.bruno):
        client = signed_in(user)
        proposal = begun(client, f"?building={cast.building.uid}")
        data = WHOLE | {"revision": "1", "building": cast.building.uid, "where": cast.building.address}
        client.post(page_of(proposal, "submit/"), data | {"place": POINT, "name": f"Di {user}"})
        proposal.refresh_from_db()
        receipts.add((proposal.receipt, proposal.name, proposal.building))
    assert {one[1:] for one in receipts} == {("Di alice", cast.building), ("Di bruno", cast.building)}
    assert len({one[0] for one in receipts}) == 2


@pytest.mark.django_db
def test_the_author_sees_the_question_changes_the_text_and_answers(cast):
    alice, proposal = signed_in(cast.alice), draft_of(cast)
    proposal.advance("submit", by=cast.alice)
    today = cast.city.today()
    proposal.advance("take_up", by=cast.sara, reviewer=cast.sara, review_due=today)
    proposal.advance("ask_changes", by=cast.sara, note="Chi assicura?", reply_by=today)
    assert b"Chi assicura?" in alice.get(page_of(proposal, "receipt/")).content
    assert b"Chi assicura?" in alice.get(page_of(proposal)).content
    assert alice.post(page_of(proposal), WHOLE | {"revision": "1", "place": POINT}).status_code == 302
    empty = alice.post(page_of(proposal, "answer/"), {"note": "  "})
    assert empty.status_code == 400
    long = alice.post(page_of(proposal, "answer/"), {"note": "x" * 10_001})
    assert long.status_code == 400
    assert alice.post(page_of(proposal, "answer/"), {"note": "Noi, con polizza."}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "under_review" and proposal.description == "Un orto con le classi."
    page = alice.get(page_of(proposal, "receipt/")).content
    assert b"Noi, con polizza." in page
    assert alice.post(page_of(proposal), WHOLE | {"revision": "2"})["Location"] == page_of(proposal, "receipt/")


@pytest.mark.django_db
def test_the_author_withdraws_with_a_reason(cast):
    alice, proposal = signed_in(cast.alice), draft_of(cast)
    assert alice.post(page_of(proposal, "withdraw/"), {"note": "x"}).status_code == 409
    proposal.advance("submit", by=cast.alice)
    refused = alice.post(page_of(proposal, "withdraw/"), {"note": ""})
    assert refused.status_code == 400
    assert signed_in(cast.bruno).post(page_of(proposal, "withdraw/"), {"note": "x"}).status_code == 404
    assert alice.post(page_of(proposal, "withdraw/"), {"note": "Non riusciamo."}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def call_of(cast, opens: int, closes: int, state: str = "open") -> Call:
    now = timezone.now()
    return Call.objects.create(
        city=cast.city, name="Avviso", state=state, opens_at=now + timedelta(days=opens),
        closes_at=now + timedelta(days=closes),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_call_takes_proposals_while_it_is_open_and_says_so_afterwards(cast):
    alice = signed_in(cast.alice)
    call = call_of(cast, -1, 1)
    proposal = begun(alice, f"?call={call.uid}")
    assert proposal.call == call and proposal.initiative_route == "call"
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    late = alice.post(page_of(proposal, "submit/"), WHOLE | {"revision": "1", "place": POINT})
    assert late.status_code == 400 and b"The call closed on" in late.content
    own = WHOLE | {"revision": "2", "place": POINT, "leave_call": "on"}
    assert alice.post(page_of(proposal, "submit/"), own)["Location"] == page_of(proposal, "receipt/")
    proposal.refresh_from_db()
    assert proposal.call is None and proposal.initiative_route == "direct" and proposal.state == "submitted"
    assert alice.post(f"/en/torino/propose/?call={call.uid}", {"name": "x"}).status_code == 409
    secret = call_of(cast, -1, 1, state="preparing")
    assert alice.get(f"/en/torino/propose/?call={secret.uid}").status_code == 404


@pytest.mark.django_db
def test_the_office_enters_a_paper_proposal_on_behalf_of_somebody(cast):
    sara = signed_in(cast.sara)
    proposal = begun(sara, for_others="on")
    assert proposal.author is None and proposal.entered_by == cast.sara and not proposal.edit_key
    answer = sara.post(page_of(proposal, "submit/"), WHOLE | {"revision": "1", "place": POINT})
    assert answer["Location"] == page_of(proposal, "receipt/")
    proposal.refresh_from_db()
    assert proposal.state == "submitted" and proposal.author is None
    assert proposal.steps.get().role == Role.STAFF
    other = begun(signed_in(cast.bruno), for_others="on")
    assert other.author == cast.bruno and other.entered_by is None


@pytest.mark.django_db
def test_who_represents_a_group_sends_for_it(cast):
    group = make.OrganisationFactory(name="Orti")
    cast.bruno.memberships.create(organisation=group, role="representative")
    proposal = draft_of(cast)
    proposal.proposers.add(group)
    assert signed_in(cast.bruno).post(page_of(proposal, "submit/"))["Location"] == page_of(proposal, "receipt/")


@pytest.mark.django_db
def test_a_request_from_elsewhere_and_a_get_change_nothing(cast):
    proposal = draft_of(cast)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.alice)
    for tail in ("", "save/", "submit/", "delete/", "invite/", "answer/", "withdraw/"):
        assert strict.post(page_of(proposal, tail), {"name": "x"}).status_code == 403
    alice = signed_in(cast.alice)
    for tail in ("", "submit/", "delete/", "invite/"):
        assert alice.get(page_of(proposal, tail)).status_code == 200
        assert alice.put(page_of(proposal, tail)).status_code == 405
    proposal.refresh_from_db()
    assert (proposal.state, proposal.revision) == ("draft", 1)
    assert Grant.objects.count() == 2
