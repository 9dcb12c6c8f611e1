"""What the office does to a record: moves, acts, sessions, signatures, reports, pacts, many at once, and calls."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from commons.clock import turn
from commons.models import BuildingEntry, Call, FormalAct, Pact, Proposal, Report
from commons.pacting import open_pact, prepare_renewal
from commons.refusals import NotAllowed, NotPossible, Refused
from people.models import Grant, Message
from people.roles import Role
from tests import factories as make
from tests.commons.desk.cast import approved, cast, client_of, draft, reviewed, signed, submitted


def url(record, what: str) -> str:
    return f"/en/torino/desk/{record.machine}s/{record.uid}/{what}/"


def post(person, record, what: str, **data):
    return client_of(person).post(url(record, what), data)


def seen(person, record, name: str) -> str:
    page = client_of(person).get(f"/en/torino/desk/{record.machine}s/{record.uid}/")
    return next(one.form["seen"].value() for one in page.context["moves"] if one.move.name == name)


def test_story_8_staff_review(who):
    """Overdue queue; changes asked; a refusal needs its reason, a redirect its tool; nobody gets straight to signed."""
    one = submitted(who)
    due = who.city.today() - timedelta(days=2)
    assert post(who.sara, one, "move/take_up", reviewer=who.sara.pk, review_due=due).status_code == 302
    late = client_of(who.sara).get("/en/torino/desk/?overdue=on").context["queue"].page.object_list
    assert [record.uid for record in late] == [one.uid]
    assert post(who.sara, one, "move/ask_changes", note="Chi annaffia?").status_code == 400
    answer = post(who.sara, one, "move/ask_changes", note="Chi annaffia?", reply_by=who.city.today())
    assert answer.status_code == 302
    one.refresh_from_db()
    one.advance("answer", by=who.alice, note="Noi.")
    refused = post(who.sara, one, "move/reject", note=" ")
    assert refused.status_code == 400 and "Nothing was changed" in refused.content.decode()
    nameless = post(who.sara, one, "move/redirect", note="Meglio il Verde.")
    assert nameless.status_code == 400 and "Meglio il Verde." in nameless.content.decode()
    for name in ("approve", "to_approval", "recorded"):
        assert post(who.sara, one, f"move/{name}").status_code == 409
    assert post(who.sara, one, "move/signed").status_code == 404 and post(who.sara, one, "move/sign").status_code == 404
    data = {"note": "Meglio il Verde.", "redirected_to": "Ufficio Verde"}
    assert post(who.sara, one, "move/redirect", **data).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.redirected_to) == ("redirected", "Ufficio Verde")


def test_story_7_staff_issue_a_call_for_three_buildings(who):
    """Number, criteria and office before publishing; it closes itself; late submissions refused with explanation."""
    buildings, now = make.BuildingFactory.create_batch(3, city=who.city), timezone.localtime()
    ask = client_of(who.sara)
    moment = lambda hours: f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M}"  # noqa: E731
    data = {"name": "Tre scuole", "buildings": [one.pk for one in buildings]}
    assert ask.post("/en/torino/desk/calls/new/", data | {"name": ""}).status_code == 400
    assert ask.post("/en/torino/desk/calls/new/", data).status_code == 302
    call = Call.objects.get()
    page = f"/en/torino/desk/calls/{call.uid}/"
    refused = ask.post(f"{page}publish/")
    assert refused.status_code == 400 and "resolution" in refused.content.decode()
    whole = {"resolution": "12/2026", "resolution_date": "2026-01-10", "criteria": "Apertura", "office": "Beni comuni",
             "opens_at": moment(-2), "closes_at": moment(-1)}  # fmt: skip
    assert ask.post(page, data | whole).status_code == 302
    assert ask.post(f"{page}publish/").status_code == 400
    assert ask.post(page, data | whole | {"closes_at": moment(4)}).status_code == 302
    assert ask.post(f"{page}publish/").status_code == 302
    call.refresh_from_db()
    assert (call.state, call.buildings.count(), BuildingEntry.objects.filter(because=call.uid).count()) == (
        "open",
        3,
        3,
    )
    assert ask.post(f"{page}publish/").status_code == 409 and ask.post(page, data).status_code == 404
    submitted(who, call=call, name="In tempo")
    assert "In tempo" in ask.get(page).content.decode()
    assert ask.get("/en/torino/desk/calls/").context["calls"][0].answers == 1
    late = draft(who, call=call, name="In ritardo")
    Call.objects.filter(pk=call.pk).update(closes_at=now - timedelta(minutes=1))
    refused = client_of(who.alice).post(f"/en/torino/propose/{late.uid}/submit/")
    assert refused.status_code == 400 and "The call closed on" in refused.content.decode()
    turn(who.city, timezone.now())
    call.refresh_from_db()
    late.refresh_from_db()
    assert (call.state, late.state) == ("closed", "draft")
    assert "This call does not take proposals now." in (
        client_of(who.alice).get(f"/en/torino/propose/?call={call.uid}").content.decode()
    )


def test_what_is_missing_is_said_before_and_a_refusal_keeps_what_was_typed(who):
    one = reviewed(who)
    one.advance("open_consultation", by=who.sara, comments_open_at=timezone.now(),
                comments_close_at=timezone.now() + timedelta(days=1))  # fmt: skip
    one.advance("start_codesign", by=who.sara)
    page = client_of(who.sara).get(f"/en/torino/desk/proposals/{one.uid}/")
    assert next(n.missing for n in page.context["moves"] if n.move.name == "to_approval")
    refused = post(who.sara, one, "move/to_approval", final_text="Il testo scritto a lungo")
    text = refused.content.decode()
    assert (
        refused.status_code == 400 and "Il testo scritto a lungo" in text and 'href="#move-to_approval-budget"' in text
    )
    broken = post(who.sara, one, "move/reject", note="x" * 10_001)
    assert broken.status_code == 400


def test_a_double_click_moves_once_and_says_so(who):
    one = submitted(who)
    data = {"reviewer": who.sara.pk, "review_due": who.city.today(), "seen": seen(who.sara, one, "take_up")}
    assert post(who.sara, one, "move/take_up", **data).status_code == 302
    again = post(who.sara, one, "move/take_up", note="Lo prendo io", **data)
    assert again.status_code == 409 and "Lo prendo io" in again.content.decode()
    assert one.steps.count() == 2


def test_nobody_decides_on_what_is_theirs(who):
    mine = submitted(who, author=who.sara)
    mine.advance("take_up", by=who.ada, reviewer=who.ada, review_due=who.city.today())
    page = client_of(who.sara).get(f"/en/torino/desk/proposals/{mine.uid}/")
    assert page.context["own"] and page.context["tasks"] == []
    assert post(who.sara, mine, "move/reject", note="No").status_code == 403
    data = {"body": "giunta", "number": "1", "date": who.city.today()}
    assert post(who.sara, mine, "do/act", **data).status_code == 403 and not FormalAct.objects.exists()
    Grant.objects.create(user=who.alice, role=Role.RECORDER, city=who.city)
    own = approved(who)
    with pytest.raises(NotAllowed):
        open_pact([own], who.alice)
    assert post(who.alice, own, "do/act", **data).status_code == 403


def test_an_act_is_recorded_once_by_those_who_may(who):
    one = reviewed(who)
    data = {"body": "giunta", "number": "12/2026", "date": who.city.today(), "title": "Approva"}
    assert post(who.ada, one, "do/act", **data).status_code == 403
    assert post(who.rita, one, "do/act", **data | {"date": "ieri"}).status_code == 400
    for _click in range(2):
        assert post(who.rita, one, "do/act", **data).status_code == 302
    act = FormalAct.objects.get()
    assert (act.recorded_by, act.proposal, act.city) == (who.rita, one, who.city)
    assert post(who.rita, one, "do/fly").status_code == 404 and post(who.rita, one, "do/signature").status_code == 404


def test_sessions_are_planned_and_written_up_by_the_architect(who):
    one, house = reviewed(who), make.HouseFactory(city=who.city)
    soon, past = timezone.localtime() + timedelta(days=1), timezone.localtime() - timedelta(days=1)
    assert post(who.ada, one, "do/session", starts_at=f"{soon:%Y-%m-%dT%H:%M}").status_code == 400
    assert post(who.ada, one, "do/session", starts_at=f"{soon:%Y-%m-%dT%H:%M}", house=house.pk).status_code == 302
    assert post(who.ada, one, "do/session", starts_at=f"{past:%Y-%m-%dT%H:%M}", where="In cortile").status_code == 302
    held, planned = one.sessions.order_by("starts_at")
    early = post(who.ada, one, "do/minutes", session=planned.pk, minutes="Già fatto", attendance=3)
    assert early.status_code == 400 and "Già fatto" in early.content.decode()
    assert post(who.ada, one, "do/minutes", session=held.pk, minutes="Deciso", attendance=7).status_code == 302
    held.refresh_from_db()
    assert (held.minutes, held.attendance) == ("Deciso", 7)
    one.advance("reject", by=who.sara, note="No")
    late = post(who.ada, one, "do/session", starts_at=f"{soon:%Y-%m-%dT%H:%M}", where="Altrove")
    assert late.status_code == 409 and "Altrove" in late.content.decode()


def test_a_dispute_stands_beside_the_state_and_is_closed_with_an_outcome(who):
    one, today = reviewed(who), who.city.today()
    for _click in range(2):
        assert post(who.sara, one, "do/dispute", subject="Il confine", opened_on=today).status_code == 302
    dispute = one.disputes.get()
    data = {"dispute": dispute.pk, "outcome": "Accordo"}
    assert post(who.sara, one, "do/outcome", closed_on=today - timedelta(days=1), **data).status_code == 400
    assert post(who.sara, one, "do/outcome", closed_on=today, **data).status_code == 302
    one.refresh_from_db()
    assert one.disputes.get().outcome == "Accordo" and one.state == "under_review"


def test_one_pact_is_made_of_several_approved_proposals_and_each_keeps_its_proposers(who):
    groups = make.OrganisationFactory.create_batch(2, city=who.city)
    one, two = approved(who, name="Orto"), approved(who, name="Teatro")
    for proposal, group in zip((one, two), groups, strict=True):
        proposal.proposers.add(group)
        proposal.approved_parties.add(group)
    answer = post(who.sara, one, "do/pact", others=[two.pk])
    pact = Pact.objects.get()
    assert answer.status_code == 302 and answer["Location"].endswith(f"/desk/pacts/{pact.uid}/")
    assert (pact.name, pact.state, pact.text) == ("Orto + Teatro", "to_sign", "Testo\n\nTesto")
    assert set(pact.approved_parties.all()) == set(groups) and pact.place == one.place
    assert [list(p.proposers.all()) for p in pact.proposals.order_by("pk")] == [[groups[0]], [groups[1]]]
    assert open_pact([two, one], who.sara) == pact and Pact.objects.count() == 1
    with pytest.raises(NotPossible):
        open_pact([one, approved(who, name="Terza")], who.sara)
    with pytest.raises(NotPossible):
        open_pact([reviewed(who)], who.sara)
    with pytest.raises(Refused):
        open_pact([], who.sara)
    with pytest.raises(NotAllowed):
        open_pact([approved(who, name="Quarta")], who.ada)


def test_a_pact_is_signed_started_reported_and_renewed_at_the_desk(who):
    pact, today = open_pact([approved(who)], who.sara, name="Patto dell'orto"), who.city.today()
    group = make.OrganisationFactory(city=who.city)
    assert post(who.sara, pact, "move/sign", signed_on=today).status_code == 400
    assert post(who.sara, pact, "do/signature", side="civic", kind="volunteer").status_code == 400
    for data in ({"side": "city", "kind": "public_body"}, {"side": "civic", "kind": "association",
                 "organisation": group.pk}, {"side": "civic", "kind": "volunteer", "person_name": "Anna"}):  # fmt: skip
        assert post(who.sara, pact, "do/signature", **data).status_code == 302
    assert post(who.sara, pact, "do/signature", side="city", kind="public_body").status_code == 302
    post(who.sara, pact, "do/signature", side="civic", kind="association", organisation=group.pk)
    assert sorted(pact.signatures.values_list("kind", flat=True)) == ["association", "public_body", "volunteer"]
    words = {"name": pact.name, "text": "Testo nuovo", "legal_form": "pact"}
    assert post(who.sara, pact, "do/text", **words).status_code == 302
    assert post(who.sara, pact, "move/sign", signed_on=today).status_code == 302
    assert post(who.sara, pact, "do/text", **words | {"text": "Dopo la firma"}).status_code == 409
    days = {"starts_on": today, "ends_on": today + timedelta(days=300)}
    assert post(who.sara, pact, "move/start", **days).status_code == 302
    assert post(who.sara, pact, "move/suspend", note="Lavori", review_on=today).status_code == 302
    assert post(who.sara, pact, "move/resume").status_code == 302
    assert post(who.sara, pact, "move/open_report", report_due=today).status_code == 302
    assert post(who.sara, pact, "move/accept_report").status_code == 400
    assert post(who.sara, pact, "do/report", check_note="Bene").status_code == 409
    report = Report.objects.create(pact=pact, period_start=today - timedelta(90), period_end=today, state="sent",
                                   actions="Aperto", income=10, sent_at=timezone.now())  # fmt: skip
    assert not Report.objects.public().exists()
    assert post(who.sara, pact, "do/report").status_code == 400
    assert post(who.sara, pact, "do/report", check_note="Dieci euro rimessi in cassa").status_code == 302
    assert Report.objects.public().get() == report
    page = client_of(who.sara).get(f"/en/torino/desk/pacts/{pact.uid}/")
    accept = next(one.form for one in page.context["moves"] if one.move.name == "accept_report")
    assert accept["report_due"].value() == today + timedelta(days=300) and accept["report_due"].help_text
    past = post(who.sara, pact, "move/accept_report", report_due=today - timedelta(days=1))
    assert past.status_code == 400 and 'href="#move-accept_report-report_due"' in past.content.decode()
    due = today + timedelta(days=200)
    assert post(who.sara, pact, "move/accept_report", report_due=due).status_code == 302
    pact.refresh_from_db()
    assert pact.report_due == due
    assert post(who.sara, pact, "do/after", after_end="Torna al Comune").status_code == 302
    assert post(who.sara, pact, "move/renew").status_code == 400
    renewed = post(who.ada, pact, "do/renewal")
    new = Pact.objects.get(predecessor=pact)
    assert renewed.status_code == 302 and renewed["Location"].endswith(f"{new.uid}/")
    assert (new.state, new.text, new.signatures.count()) == ("to_sign", "Testo nuovo", 0)
    assert prepare_renewal(pact, who.sara) == new
    assert post(who.sara, new, "do/act", body="giunta", number="9", date=today).status_code == 302
    signed(who, new)
    assert post(who.sara, pact, "move/renew").status_code == 302
    pact.refresh_from_db()
    assert (pact.state, pact.after_end) == ("renewed", "Torna al Comune")
    with pytest.raises(NotPossible):
        prepare_renewal(make.PactFactory(city=who.city, state="terminated"), who.sara)
    with pytest.raises(NotAllowed):
        prepare_renewal(make.PactFactory(city=who.city), who.carlo)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_pact():
    who = cast()
    one, two = approved(who), approved(who, name="Un'altra")
    made, barrier = [], threading.Barrier(4)

    def click(order: list[Proposal]) -> None:
        barrier.wait()
        try:
            made.append(open_pact(order, who.sara).pk)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click, args=([one, two] if n % 2 else [two, one],)) for n in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1 and Pact.objects.count() == 1


def bulk(person, do: str, *records, **data):
    chosen = {"uids": [record.uid for record in records], "do": do} | data
    return client_of(person).post("/en/torino/desk/bulk/", chosen)


def said(answer) -> list[tuple[bool, str]]:
    return [(line.good, line.words) for line in answer.context["lines"]]


@pytest.mark.parametrize("do", ["take_up", "reassign", "remind"])
def test_what_is_announced_for_many_is_what_happens(who, do):
    records = [submitted(who, name="Una"), reviewed(who, name="Due"), approved(who), submitted(who, author=who.sara)]
    data = {"reviewer": who.rita.pk, "review_due": who.city.today(), "words": "Vi aspettiamo"}
    before = list(Proposal.objects.order_by("pk").values_list("state", "reviewer", "updated_at"))
    mails = Message.objects.count()
    told = bulk(who.sara, do, *records, **data)
    assert list(Proposal.objects.order_by("pk").values_list("state", "reviewer", "updated_at")) == before
    assert Message.objects.count() == mails and not told.context["done"]
    done = bulk(who.sara, do, *records, confirmed="yes", **data)
    assert done.context["done"] and said(done) == said(told)
    assert {good for good, _words in said(done)} == {True, False}
    assert all(not good for good, _words in said(bulk(who.sara, do, *records, confirmed="yes", **data)))


def test_many_at_once_reach_only_the_desk_of_who_asks(who):
    far = submitted(who, place=make.point(7.66, 45.07))
    answer = bulk(who.ada, "take_up", far, confirmed="yes", reviewer=who.ada.pk, review_due=who.city.today())
    far.refresh_from_db()
    assert answer.context["lines"] == [] and far.state == "submitted"
    assert bulk(who.sara, "fly", far).status_code == 400 and bulk(who.sara, "take_up").status_code == 400
    missing = said(bulk(who.sara, "take_up", far))
    assert missing[0][0] is False and said(bulk(who.sara, "reassign", reviewed(who)))[0][0] is False
    nobody = reviewed(who)
    Proposal.objects.filter(pk=nobody.pk).update(author=None)
    assert said(bulk(who.sara, "remind", nobody))[0][0] is False
