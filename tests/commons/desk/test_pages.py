"""The desk's pages: who gets in, what they find, and how many statements it takes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commons.models import Call, Contribution, Dispute, Proposal
from tests import factories as make
from tests.commons.desk.cast import approved, client_of, draft, reviewed, signed, submitted
from tests.conftest import counted

PAGES = ("", "funnel/", "why/", "moderation/", "calls/", "calls/new/")


def desk(path: str = "", city: str = "torino") -> str:
    return f"/en/{city}/desk/{path}"


def every_address(who) -> list[tuple[str, str]]:
    """Method and address of every route of the desk."""
    one, call = approved(who), Call.objects.create(city=who.city, name="Avviso")
    pact = make.PactFactory(city=who.city)
    gets = [
        *PAGES,
        f"calls/{call.uid}/",
        f"proposals/{one.uid}/",
        f"proposals/{one.uid}/compare/",
        f"pacts/{pact.uid}/",
    ]
    posts = [
        "bulk/", "moderation/", f"calls/{call.uid}/", f"calls/{call.uid}/publish/",
        f"proposals/{one.uid}/move/withdraw/", f"pacts/{pact.uid}/move/suspend/", f"proposals/{one.uid}/do/pact/",
        f"pacts/{pact.uid}/do/dispute/",
    ]  # fmt: skip
    return [("get", desk(one)) for one in gets] + [("post", desk(one)) for one in posts]


def test_no_route_opens_to_somebody_without_a_desk_in_this_city(who, client):
    for method, address in every_address(who):
        answer = getattr(client, method)(address)
        assert answer.status_code == 302 and "next=" in answer["Location"], address
        for person in (who.carlo, who.alice, who.olga):
            assert getattr(client_of(person), method)(address).status_code == 403, (address, person.username)
        far = getattr(client_of(who.elsa), method)(address)
        allowed = (
            {200} if address.rstrip("/").endswith(("desk", "funnel", "why", "moderation", "calls")) else {403, 404}
        )
        assert far.status_code in (allowed | {400} if method == "post" else allowed), address


def test_the_office_opens_every_page_and_nobody_keeps_a_copy(who):
    for method, address in every_address(who):
        answer = getattr(client_of(who.sara), method)(address)
        assert answer.status_code in ({200} if method == "get" else {200, 302, 400, 403}), address
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


def test_a_record_of_another_city_is_not_found_on_this_desk(who):
    there = make.ProposalFactory(city=who.other, place=None)
    assert client_of(who.sara).get(desk(f"proposals/{there.uid}/")).status_code == 404
    assert client_of(who.sara).get(desk(f"pacts/{there.uid}/")).status_code == 404
    assert client_of(who.sara).get(desk(city="nowhere")).status_code == 404
    assert client_of(who.sara).post(desk(f"houses/{there.uid}/move/submit/")).status_code == 404


def test_the_plain_address_leads_to_the_only_desk(who, client):
    assert client_of(who.sara).get("/en/desk/")["Location"] == desk()
    assert client_of(who.carlo).get("/en/desk/").status_code == 404
    assert client.get("/en/desk/").status_code == 302
    who.sara.is_superuser = True
    who.sara.save(update_fields=["is_superuser"])
    assert "Latina" in client_of(who.sara).get("/en/desk/").content.decode()


def test_the_architect_sees_only_her_areas_and_shares_of_them(who):
    here, there = submitted(who, name="Nel mio"), submitted(who, name="Altrove", place=make.point(7.66, 45.07))
    both = submitted(who, name="Di tutti e due", place=make.line((7.655, 45.07), (7.699, 45.07)))
    both.refresh_from_db()
    assert both.neighbourhood_id == who.west.pk
    text = client_of(who.ada).get(desk()).content.decode()
    assert here.name in text and both.name in text and there.name not in text
    assert client_of(who.ada).get(desk(f"proposals/{there.uid}/")).status_code == 404
    assert client_of(who.ada).get(desk(f"proposals/{both.uid}/")).status_code == 200


def test_a_draft_is_its_writers_own(who):
    mine = draft(who)
    assert client_of(who.sara).get(desk(f"proposals/{mine.uid}/")).status_code == 404
    assert mine.name not in client_of(who.sara).get(desk() + "?state=all").content.decode()
    why = client_of(who.sara).get(desk("why/"), {"uid": mine.uid}).content.decode()
    assert "It is a draft" in why and mine.name not in why


def listed(answer) -> list[str]:
    return [record.name for record in answer.context["queue"].page.object_list]


def test_the_queue_is_narrowed_by_its_address_and_puts_the_most_urgent_first(who):
    ask = client_of(who.sara).get
    late = reviewed(who, name="In ritardo")
    Proposal.objects.filter(pk=late.pk).update(review_due=who.city.today() - timedelta(days=3))
    new, old = submitted(who, name="Nuova"), submitted(who, name="Vecchia", place=make.point(7.66, 45.07))
    Proposal.objects.filter(pk=old.pk).update(state_since=timezone.now() - timedelta(days=40))
    approved(who, name="Approvata")
    assert listed(ask(desk()))[:2] == ["In ritardo", "Vecchia"]
    assert listed(ask(desk(), {"overdue": "on"})) == ["In ritardo"]
    assert listed(ask(desk(), {"state": "submitted", "sort": "name"})) == ["Nuova", "Vecchia"]
    assert listed(ask(desk(), {"age": "30"})) == ["Vecchia"]
    assert listed(ask(desk(), {"neighbourhood": who.west.uid})) == ["Vecchia"]
    assert listed(ask(desk(), {"q": new.receipt})) == ["Nuova"]
    assert listed(ask(desk(), {"mine": "on", "state": "under_review"})) == ["In ritardo"]
    assert listed(ask(desk(), {"box": "7.65,45.06,7.67,45.08"})) == ["Vecchia"]
    assert listed(ask(desk(), {"turn": "recorder"})) == []
    assert "late" in ask(desk()).content.decode()
    late.advance("reject", by=who.sara, note="No.")
    assert "In ritardo" not in listed(ask(desk())) and "In ritardo" in listed(ask(desk(), {"state": "all"}))
    for strange in ({"state": "flying"}, {"box": "a,b"}, {"neighbourhood": "x"}, {"page": "x"}, {"age": "9"}):
        assert ask(desk(), strange).status_code == 200


def test_whose_turn_it_is_follows_the_state(who):
    turns = lambda: {r.name: r.turn for r in client_of(who.sara).get(desk()).context["queue"].page.object_list}  # noqa: E731
    one = reviewed(who, name="Uno")
    assert turns()["Uno"] == "office"
    one.advance("ask_changes", by=who.sara, note="Quanto costa?", reply_by=who.city.today())
    assert turns()["Uno"] == "proposer"
    one.advance("answer", by=who.alice, note="Niente.")
    now = timezone.now()
    one.advance("open_consultation", by=who.sara, comments_open_at=now, comments_close_at=now + timedelta(days=2))
    assert turns()["Uno"] == "nobody"
    Proposal.objects.filter(pk=one.pk).update(comments_open_at=now - timedelta(9), comments_close_at=now - timedelta(1))
    assert turns()["Uno"] == "office"


def test_the_map_holds_what_the_queue_holds(who):
    submitted(who, name="Qui"), submitted(who, name="Là", place=make.point(7.66, 45.07))
    submitted(who, name="Senza luogo", place=None, no_place=True)
    plan = client_of(who.sara).get(desk()).context["plan"]
    assert sum(spot.count for spot in plan.spots) == 2 and len(plan.outlines) == 2
    assert all(0 <= spot.x <= plan.width and 0 <= spot.y <= plan.height for spot in plan.spots)
    left, right = sorted(plan.spots, key=lambda spot: spot.x)
    assert (left.name, right.name) == ("Là", "Qui")
    for n in range(3):
        submitted(who, name=f"Vicina {n}")
    crowd = max(client_of(who.sara).get(desk()).context["plan"].spots, key=lambda spot: spot.count)
    assert crowd.count == 4 and crowd.radius > 6
    closer = client_of(who.sara).get(desk(), {"box": crowd.box})
    assert closer.context["queue"].page.paginator.count == 4


def test_the_queue_asks_as_much_of_the_database_for_two_hundred_as_for_twenty(who):
    asked = []
    for more in (20, 180):
        make.ProposalFactory.create_batch(more, city=who.city)
        ask = client_of(who.sara)
        with counted() as statements:
            assert ask.get(desk()).status_code == 200
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 16, asked


def test_a_proposals_page_asks_the_same_however_much_belongs_to_it(who):
    asked = []
    one = reviewed(who)
    for more in (1, 2, 30):
        for n in range(more):
            one.contributions.create(author=make.UserFactory(), text=f"Commento {n}")
            one.join_requests.create(user=make.UserFactory())
            one.resources.create(side="held", kind="hours")
            one.sessions.create(starts_at=timezone.now())
            submitted(who)
        ask = client_of(who.sara)
        with counted() as statements:
            assert ask.get(desk(f"proposals/{one.uid}/")).status_code == 200
        asked.append(len(statements))
    assert asked[1] == asked[2] <= 40, asked


def test_a_proposals_page_says_everything_the_office_needs(who):
    one = reviewed(who)
    one.advance("ask_changes", by=who.sara, note="Chi annaffia?", reply_by=who.city.today())
    one.advance("answer", by=who.alice, note="Noi, a turno.")
    one.contributions.create(author=who.carlo, text="Bello", moderation="waiting")
    Dispute.objects.create(proposal=one, subject="Il confine", opened_on=who.city.today())
    text = client_of(who.sara).get(desk(f"proposals/{one.uid}/")).content.decode()
    for words in ("Chi annaffia?", "Noi, a turno.", "alice@example.org", "Bello", "Il confine", one.receipt, "Verde"):
        assert words in text, words
    assert 'name="reply_by"' in text and "Open it to comments" in text and "Reopen" not in text


def test_rivals_stand_side_by_side(who):
    building = make.BuildingFactory(city=who.city)
    one, two = reviewed(who, building=building), reviewed(who, name="Un teatro", building=building)
    near = reviewed(who, name="Lì accanto", place=make.point(7.70001, 45.07))
    page = client_of(who.sara).get(desk(f"proposals/{one.uid}/"))
    assert {r.name for r in page.context["rivals"]} == {two.name, near.name}
    text = client_of(who.sara).get(desk(f"proposals/{one.uid}/compare/")).content.decode()
    assert text.count('<th scope="col">') == 3 and "Un teatro" in text


def test_why_it_is_not_public_is_said_rule_by_rule(who):
    ask = lambda uid: client_of(who.sara).get(desk("why/"), {"uid": uid})  # noqa: E731
    stops = lambda answer: [rule.words for rule in answer.context["rules"] if not rule.good]  # noqa: E731
    early = submitted(who, place=None, no_place=True)
    assert [words[:12] for words in stops(ask(early.uid))] == ["Nobody has t", "Its texts ar", "It has no pl"]
    one = reviewed(who)
    assert len(stops(ask(one.uid))) == 1
    Proposal.objects.filter(pk=one.pk).update(visibility="hidden")
    assert "hidden" in stops(ask(f"https://example.org/torino/proposals/{one.uid}/"))[0]
    assert stops(ask(approved(who).uid)) == [] and ask(approved(who).uid).context["all_good"]
    call = Call.objects.create(city=who.city, name="Avviso")
    assert len(stops(ask(call.uid))) == 1
    outside = make.BuildingFactory(city=who.city, place=make.point(7.60, 45.00))
    assert "neighbourhood" in stops(ask(outside.uid))[0]
    assert ask(who.west.uid).context["all_good"] and ask(make.OrganisationFactory().uid).context["record"]
    assert stops(ask(make.PactFactory(city=who.city, place=make.point(7.70, 45.07)).uid)) == []
    gone = early
    gone.advance("withdraw", by=who.alice, note="Basta.")
    assert any("withdrawn before" in words for words in stops(ask(gone.uid)))
    assert ask("nothing").context["record"] is None and ask("").status_code == 200 and ask("\0").status_code == 400
    there = make.ProposalFactory(city=who.other, place=None)
    assert ask(there.uid).context["record"] is None
    far = submitted(who, place=make.point(7.66, 45.07))
    assert client_of(who.ada).get(desk("why/"), {"uid": far.uid}).context["record"] is None


def test_moderation_hides_with_a_reason_and_leaves_a_trace(who):
    one = reviewed(who)
    comment = one.contributions.create(author=who.carlo, text="Ladri!", moderation="waiting")
    post = lambda person, **data: client_of(person).post(desk("moderation/"), {"uid": comment.uid} | data)  # noqa: E731
    refused = post(who.sara, do="hide")
    assert refused.status_code == 400 and "Ladri!" in refused.content.decode()
    assert post(who.sara, do="burn").status_code == 400
    assert post(who.elsa, do="hide", reason="x").status_code == 409
    assert post(who.sara, do="hide", reason="Offende.").status_code == 302
    comment.refresh_from_db()
    trace = (comment.moderation, comment.moderated_by, comment.moderation_reason, comment.text)
    assert trace == ("hidden", who.sara, "Offende.", "Ladri!") and comment.moderated_at
    assert not Contribution.objects.public().exists()
    assert post(who.sara, do="hide", reason="Offende.").status_code == 409
    assert post(who.ada, do="show").status_code == 302
    assert post(who.sara, do="hide", reason="Ancora.").status_code == 302
    (kept,) = client_of(who.sara).get(desk("moderation/")).context["hidden"]
    said = [(one.user, one.get_change_message()) for one in kept.decisions]
    assert said == [(who.sara, "hide: Ancora."), (who.ada, "show"), (who.sara, "hide: Offende.")]
    assert post(who.ada, do="show", reason="").status_code == 302
    assert len(client_of(who.ada).get(desk("moderation/")).context["shown"]) == 1
    assert client_of(who.elsa).get(desk("moderation/")).context["shown"] == []


def test_the_funnel_counts_how_far_they_got_and_why_they_were_lost(who):
    from commons.pacting import open_pact

    pact = open_pact([approved(who)], who.sara)
    signed(who, pact)
    lost = reviewed(who, name="Persa", place=make.point(7.66, 45.07))
    lost.advance("reject", by=who.sara, note="=SUM(1)")
    submitted(who)
    ask = client_of(who.sara)
    with counted() as statements:
        answer = ask.get(desk("funnel/"))
    found = answer.context["funnel"]
    assert [one.reached for one in found.stages] == [3, 2, 1, 1, 1, 1, 1, 1] and len(statements) < 14
    assert found.stages[1].lost == 1 and found.lost[0][2] == 1 and found.drops[0]["note"] == "=SUM(1)"
    assert {row[0]: row[2:] for row in found.places} == {"Est": (2, 1, 1, 0), "Ovest": (1, 0, 0, 1)}
    assert dict((label, times) for label, _days, times in found.days)
    assert client_of(who.ada).get(desk("funnel/")).context["funnel"].stages[0].reached == 2
    year = who.city.today().year
    for params, reached in (({"year": year}, 3), ({"year": year - 1}, 0), ({"neighbourhood": who.west.uid}, 1)):
        assert client_of(who.sara).get(desk("funnel/"), params).context["funnel"].stages[0].reached == reached
    sheet = client_of(who.sara).get(desk("funnel/"), {"format": "csv"})
    assert sheet["Content-Type"].startswith("text/csv") and "'=SUM(1)" in sheet.content.decode()
    assert client_of(who.sara).get(desk("funnel/"), {"year": "x"}).status_code == 200
    assert re.search(r'<rect width="100.0"', answer.content.decode())


@pytest.mark.parametrize("words", ["<script>", "'; --", "x" * 100])
def test_strange_words_in_the_search_do_no_harm(who, words):
    answer = client_of(who.sara).get(desk(), {"q": words})
    assert answer.status_code == 200 and "<script>x" not in answer.content.decode()
