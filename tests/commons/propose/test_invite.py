"""Writing together. Story 5: a Casa accompanies by consent, edits, and neither submits nor signs."""

import re

import pytest
from django.test import Client

from commons.models.participation import Collaborator
from commons.propose import invite
from commons.propose.meeting import MeetingForm, call_meeting
from commons.refusals import NotAllowed, NotPossible
from people.models import Membership, Message
from tests import factories as make
from tests.commons.propose.cast import WHOLE, autosave, draft_of, page_of, signed_in

pytestmark = pytest.mark.django_db


def path_in(message: Message) -> str:
    assert re.search(r"/invited/[\w-]{40,}/$", message.path)
    return message.path


def test_a_co_author_is_invited_by_mail_accepts_edits_and_does_not_send(cast):
    alice, bruno, proposal = signed_in(cast.alice), signed_in(cast.bruno), draft_of(cast)
    assert (
        alice.post(page_of(proposal, "invite/"), {"invite": "email", "email": "bruno@example.org"}).status_code == 302
    )
    message = Message.objects.get(kind="coauthor_invited")
    assert message.email == "bruno@example.org" and message.user is None
    one = Collaborator.objects.get()
    assert one.key not in message.path and b"bruno@example.org" in alice.get(page_of(proposal, "invite/")).content
    assert Client().get(path_in(message)).status_code == 200
    assert "next=" in Client().post(message.path, {"accept": "1"})["Location"]
    assert bruno.get(page_of(proposal)).status_code == 404
    assert bruno.post(message.path, {"accept": "1"}).status_code == 302
    assert bruno.get(page_of(proposal)).status_code == 200
    assert autosave(bruno, proposal, aims="Insieme").status_code == 200
    assert bruno.post(page_of(proposal, "submit/")).status_code == 302
    proposal.refresh_from_db()
    assert proposal.aims == "Insieme" and proposal.state == "draft"
    for tail in ("invite/", "delete/"):
        assert bruno.get(page_of(proposal, tail)).status_code == 404
    assert alice.post(page_of(proposal, "invite/"), {"revoke": str(one.pk)}).status_code == 302
    assert bruno.get(page_of(proposal)).status_code == 404 and bruno.get(message.path).status_code == 404


def test_story_5_a_house_accompanies_by_consent_and_can_neither_submit_nor_sign(cast):
    alice, olga, proposal = signed_in(cast.alice), signed_in(cast.olga), draft_of(cast)
    assert alice.post(page_of(proposal, "invite/"), {"invite": "house", "house": str(cast.house.pk)}).status_code == 302
    message = Message.objects.get(user=cast.olga)
    assert olga.get(page_of(proposal)).status_code == 404
    assert signed_in(cast.bruno).post(message.path, {"accept": "1"}).status_code == 404
    assert olga.get(path_in(message)).status_code == 200
    assert olga.post(message.path, {"accept": "1"})["Location"].endswith(f"/propose/{proposal.uid}/")
    proposal.refresh_from_db()
    assert proposal.house == cast.house
    assert autosave(olga, proposal, people_involved="La Casa").status_code == 200
    olga.post(page_of(proposal, "submit/"), WHOLE)
    proposal.refresh_from_db()
    assert proposal.state == "draft" and proposal.people_involved == "La Casa"
    with pytest.raises(NotAllowed):
        proposal.advance("submit", by=cast.olga)
    books_a_session_in_the_casa(cast, proposal)
    with pytest.raises(NotAllowed):
        signing(cast, proposal).advance("sign", by=cast.olga, signed_on=cast.city.today())
    one = Collaborator.objects.get()
    alice.post(page_of(proposal, "invite/"), {"revoke": str(one.pk)})
    proposal.refresh_from_db()
    assert proposal.house is None and olga.get(page_of(proposal)).status_code == 404
    assert autosave(olga, proposal, people_involved="Ancora").status_code == 404


def test_a_member_of_the_group_reads_its_draft_and_changes_nothing(cast):
    proposal, group = draft_of(cast, aims="Ombra d'estate"), make.OrganisationFactory(city=cast.city)
    assert signed_in(cast.bruno).get(page_of(proposal)).status_code == 404
    proposal.proposers.add(group)
    belongs = Membership.objects.create(user=cast.bruno, organisation=group, role="member")
    bruno = signed_in(cast.bruno)
    page = bruno.get(page_of(proposal))
    assert page.status_code == 200 and "Ombra d&#x27;estate" in page.content.decode()
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert autosave(bruno, proposal, aims="Altro").status_code == 403
    assert bruno.post(page_of(proposal), WHOLE | {"revision": proposal.revision}).status_code == 403
    assert bruno.post(page_of(proposal, "submit/"), WHOLE).status_code == 302
    for tail in ("invite/", "delete/", "files/"):
        assert bruno.get(page_of(proposal, tail)).status_code == 404
    proposal.refresh_from_db()
    assert (proposal.state, proposal.aims) == ("draft", "Ombra d'estate")
    shown = bruno.get("/en/me/").context
    assert [one.uid for one in shown["drafts"]] == [proposal.uid] and not shown["questions"]
    proposal.advance("submit", by=cast.alice)
    receipt = bruno.get(page_of(proposal, "receipt/"))
    assert receipt.status_code == 200 and "Ombra d&#x27;estate" in receipt.content.decode()
    assert bruno.post(page_of(proposal, "withdraw/"), {"note": "No"}).status_code == 403
    belongs.state = "ended"
    belongs.save()
    assert bruno.get(page_of(proposal, "receipt/")).status_code == 404


def test_the_receipt_says_whom_to_ask_in_words(cast):
    cast.city.profile["contact"] = {"office": "Ufficio beni comuni", "phone": "011 0000", "hours": "9-12"}
    cast.city.save()
    proposal = draft_of(cast)
    proposal.advance("submit", by=cast.alice)
    text = signed_in(cast.alice).get(page_of(proposal, "receipt/")).content.decode()
    assert "Ufficio beni comuni" in text and 'href="tel:0110000"' in text and "{&#x27;" not in text


def books_a_session_in_the_casa(cast, proposal):
    """While the proposal is on its way, and only whoever runs the Casa that accompanies it; the group is told."""
    alice, olga, when = signed_in(cast.alice), signed_in(cast.olga), {"starts_at": "2030-05-02T18:30", "where": "Sala"}
    assert b"meeting-starts_at" not in olga.get(page_of(proposal)).content
    assert olga.post(page_of(proposal, "meeting/"), when).status_code == 409
    proposal.advance("submit", by=cast.alice)
    proposal.advance("take_up", by=cast.sara, reviewer=cast.sara, review_due=cast.city.today())
    assert b"meeting-starts_at" in olga.get(page_of(proposal, "receipt/")).content
    assert b"meeting-starts_at" not in alice.get(page_of(proposal, "receipt/")).content
    for stranger in (cast.alice, cast.bruno, cast.sara):
        assert signed_in(stranger).post(page_of(proposal, "meeting/"), when).status_code == 404
    assert olga.post(page_of(proposal, "meeting/"), {"starts_at": "presto"}).status_code == 400
    for _twice in range(2):
        assert olga.post(page_of(proposal, "meeting/"), when).status_code == 302
    session = proposal.sessions.get()
    assert (session.house, session.called_by, f"{session.starts_at:%H:%M}") == (cast.house, cast.olga, "16:30")
    told = Message.objects.filter(kind="session_invitation")
    assert sorted(one.user.username for one in told) == ["alice", "sara"]
    with pytest.raises(NotAllowed):
        call_meeting(proposal, cast.bruno, MeetingForm())


def signing(cast, proposal):
    """A pact of this proposal, ready to sign, that the Casa accompanies."""
    return make.PactFactory(city=cast.city, state="to_sign", house=proposal.house)


def test_an_invitation_is_declined_and_may_be_sent_again(cast):
    proposal = draft_of(cast)
    one, secret = invite.invite(proposal, email="bruno@example.org")
    assert invite.invitation(proposal, secret) == one and invite.invitation(proposal, "x") is None
    answer = signed_in(cast.bruno).post(page_of(proposal, f"invited/{secret}/"), {"decline": "1"})
    assert answer.status_code == 302
    again, new = invite.invite(proposal, email="BRUNO@example.org")
    assert again.pk == one.pk and new != secret and invite.invitation(proposal, secret) is None
    assert invite.answer(again, cast.bruno, True).state == "accepted"
    assert invite.invite(proposal, email="bruno@example.org") == (again, "")
    with pytest.raises(NotPossible):
        invite.answer(again, cast.sara, True)
    invite.revoke(again)
    with pytest.raises(NotPossible):
        invite.answer(again, cast.bruno, True)


def test_what_is_no_invitation_is_refused_and_the_proposer_does_not_answer_their_own(cast):
    alice, proposal = signed_in(cast.alice), draft_of(cast)
    for data in (
        {"email": "nope"},
        {"email": "", "house": ""},
        {"email": "a@b.it", "house": str(cast.house.pk)},
        {"house": "9999"},
    ):
        assert alice.post(page_of(proposal, "invite/"), {"invite": "x"} | data).status_code == 400
    for number in ("x", "999", "²", "9" * 30):
        assert alice.post(page_of(proposal, "invite/"), {"revoke": number}).status_code == 404
    one, secret = invite.invite(proposal, email="x@example.org")
    assert not invite.may_answer(one, cast.alice)
    assert alice.post(page_of(proposal, f"invited/{secret}/"), {"accept": "1"}).status_code == 404
    assert invite.operators(cast.house) == [cast.olga]
    for number in range(invite.MOST - 1):
        invite.invite(proposal, email=f"n{number}@example.org")
    assert alice.post(page_of(proposal, "invite/"), {"invite": "x", "email": "more@example.org"}).status_code == 400
    make.HouseFactory(name="Casa Due")
