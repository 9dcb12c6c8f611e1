"""Following: who is told what, when, and once; never what is not public."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.core import mail
from django.http import QueryDict
from django.utils import timezone

from commons.gather.following import begin, change
from commons.gather.joining import set_follow
from commons.models import Building, Follow, Happening, Notice, Pact, Proposal
from mapping.errors import Problem
from mapping.follows import matching, rounds
from mapping.follows.boundaries import successors
from mapping.follows.journal import beats, followed_layers, note
from mapping.follows.letters import stopping_token, tell_followers
from mapping.follows.matching import questions, spread
from mapping.follows.question import Question
from mapping.follows.rounds import go_round
from neighbourhoods.models import City, Neighbourhood
from people.models import Message
from people.outbox import due
from people.post import send_waiting, stop_address
from people.privacy import erase_person, export_person
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db
NEAR_WEST = {"x": 7.67, "y": 45.05}


@pytest.fixture
def seen(town):
    """The town as the last round saw it."""
    go_round()
    return town


@pytest.fixture
def anna():
    return make.UserFactory(email="anna@example.org", language="it")


def ask(town, text: str) -> Question:
    return Question.parse(town.city, QueryDict(text))


def follow(user, thing, rhythm: str = "", **more) -> Follow:
    if isinstance(thing, Question):
        return begin(user, thing.uid, rhythm, thing.city, thing.text, thing.words())
    return begin(user, thing.uid, rhythm)


def told(user) -> list[Message]:
    return list(Message.objects.filter(user=user, kind="followed").order_by("pk"))


def test_who_follows_a_neighbourhood_hears_of_what_appears_and_moves_there_and_nowhere_else(seen, anna):
    follow(anna, seen.west)
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    make.BuildingFactory(name="Ex dazio", x=7.69, y=45.05)
    assert go_round() == 1
    (message,) = told(anna)
    assert "Ex bocciofila" in message.subject + message.text
    assert "Ex dazio" not in message.text
    assert message.path.endswith(f"/buildings/{Building.objects.get(name='Ex bocciofila').uid}/")
    Building.objects.filter(name="Ex bocciofila").update(use_status="reused", updated_at=timezone.now())
    assert go_round() == 1
    assert len(told(anna)) == 2


def test_nothing_is_told_twice_however_often_the_round_is_made(seen, anna):
    follow(anna, seen.west)
    follow(anna, ask(seen, "neighbourhood=San Salvario"))
    made = make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    follow(anna, made)
    for _time in range(3):
        go_round()
    assert len(told(anna)) == 1
    assert told(anna)[0].text.count("Ex bocciofila") == 1


def test_what_was_there_before_one_followed_is_not_news(town, anna):
    follow(anna, town.west)
    go_round()
    assert told(anna) == []
    assert Happening.objects.exists() and not Happening.objects.filter(spread=False).exists()


def test_what_is_hidden_is_never_told_and_what_is_hidden_before_the_digest_is_left_out(seen, anna):
    follow(anna, seen.west, "daily")
    make.BuildingFactory(name="Xsegreto", visibility="hidden", **NEAR_WEST)
    make.ProposalFactory(name="Xsegreto", state="draft", **NEAR_WEST)
    shown = make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    gone = make.BuildingFactory(name="Da nascondere", **NEAR_WEST)
    go_round()
    assert told(anna) == []
    Building.objects.filter(pk=gone.pk).update(visibility="hidden")
    assert go_round(timezone.now() + timedelta(days=2)) == 1
    (message,) = told(anna)
    assert shown.name in message.subject + message.text
    assert "Da nascondere" not in message.text and "Xsegreto" not in message.text
    go_round(timezone.now() + timedelta(days=9))
    assert len(told(anna)) == 1


def test_a_weekly_digest_waits_for_monday_at_eight_and_holds_everything(seen, anna):
    follow(anna, seen.west, "weekly")
    for number in range(3):
        make.BuildingFactory(name=f"Numero {number}", **NEAR_WEST)
    go_round()
    moment = due("weekly", timezone.now(), timezone.get_default_timezone())
    assert set(Notice.objects.values_list("due_at", flat=True)) == {moment}
    assert moment.weekday() == 0 and moment.hour == 8
    assert go_round(moment - timedelta(seconds=1)) == 0
    assert go_round(moment) == 1
    text = told(anna)[0].text
    assert all(f"Numero {number}" in text for number in range(3))
    assert told(anna)[0].due_at <= timezone.now()


def test_one_person_gets_one_message_of_everything_that_is_due(seen, anna):
    follow(anna, seen.west)
    follow(anna, seen.lower)
    make.BuildingFactory(name="Prima", **NEAR_WEST)
    make.HouseFactory(name="Seconda", x=7.69, y=45.05)
    assert go_round() == 1
    text = told(anna)[0].text
    assert "Prima" in text and "Seconda" in text


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("layers=buildings", True), ("layers=pacts", False), ("buildings.use_status=disused", True),
        ("buildings.use_status=reused", False), ("q=bocciofila", True), ("q=piscina", False),
        ("bbox=7.66,45.04,7.68,45.06", True), ("bbox=7.68,45.06,7.70,45.08", False),
        ("neighbourhood=San Salvario", True), ("neighbourhood=Vanchiglia", False), ("", True),
    ],
)  # fmt: skip
def test_a_question_to_the_map_finds_in_the_news_what_it_finds_on_the_map(seen, anna, question, found):
    follow(anna, ask(seen, question))
    make.BuildingFactory(name="Ex bocciofila", use_status="disused", **NEAR_WEST)
    assert go_round() == int(found)


def test_what_has_no_place_is_not_news_in_an_area(seen, anna):
    follow(anna, ask(seen, "bbox=7.66,45.04,7.68,45.06"))
    make.BuildingFactory(name="Senza posto", place=None, precision="none")
    assert go_round() == 0


def test_the_same_question_is_the_same_to_follow_whatever_only_looks(seen):
    one, other = ask(seen, "layers=buildings&q=scuola"), ask(seen, "q=scuola&layers=buildings&feature=x&page=3")
    assert one.uid == other.uid and len(one.uid) < 37
    assert Question.read(seen.city, one.text).uid == one.uid
    with pytest.raises(Problem):
        ask(seen, "trees.height=3")
    with pytest.raises(Problem):
        ask(seen, "q=" + "x" * 9_000)


def test_a_question_that_the_map_no_longer_knows_stops_nobody_else(seen, anna):
    begin(anna, "q-old", "", seen.city, "trees.height=3", "Vecchia")
    bea = make.UserFactory()
    follow(bea, seen.west)
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    assert go_round() == 1
    assert len(told(bea)) == 1 and told(anna) == []


def test_whoever_was_told_of_a_step_as_a_part_of_it_is_not_told_again(seen, anna):
    record = make.ProposalFactory(name="Orto", state="under_review", **NEAR_WEST)
    go_round()
    follow(anna, seen.west)
    follow(anna, record)
    staff = make.AdministratorFactory()
    follow(staff, seen.west)
    Proposal.objects.get(pk=record.pk).advance("reject", by=staff, note="Non si può.")
    go_round()
    assert Message.objects.filter(user=anna).exclude(kind="followed").count() == 1
    assert told(anna) == [] and told(staff) == []


def test_a_paused_follower_hears_nothing_and_what_happened_meanwhile_is_not_made_up_for(seen, anna):
    one = follow(anna, seen.west)
    change(one, "pause")
    make.BuildingFactory(name="Prima", **NEAR_WEST)
    assert go_round() == 0
    change(one, "resume")
    make.BuildingFactory(name="Dopo", **NEAR_WEST)
    assert go_round() == 1
    assert "Prima" not in told(anna)[0].text


def test_a_round_that_dies_between_finding_and_telling_is_finished_by_the_next(seen, anna, monkeypatch):
    follow(anna, seen.west)
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    with monkeypatch.context() as dying:
        dying.setattr(rounds, "tell_followers", lambda now: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go_round()
    assert Notice.objects.filter(told_at=None).count() == 1
    assert go_round() == 1
    assert len(told(anna)) == 1


def test_the_number_of_statements_does_not_grow_with_followers_or_news(seen):
    def statements(followers: int, news: int) -> int:
        for number in range(followers):
            follow(make.UserFactory(), [seen.west, ask(seen, f"q=n{number % 3}")][number % 2])
        for number in range(news):
            make.BuildingFactory(name=f"n{number}", **NEAR_WEST)
        with counted() as seen_statements:
            note()
            spread()
            tell_followers()
        return len(seen_statements)

    statements(2, 1)
    assert statements(20, 10) <= statements(40, 20)


def test_when_a_boundary_changes_followers_hear_of_it(seen, anna):
    follow(anna, seen.west)
    Neighbourhood.objects.filter(pk=seen.west.pk).update(boundary=MultiPolygon(make.box(7.66, 45.04, 7.675, 45.06)))
    assert go_round() == 1
    assert seen.west.name in told(anna)[0].subject


def test_when_a_partition_is_replaced_followers_go_on_with_what_covers_most(seen, anna):
    follow(anna, seen.west, "weekly")
    old = seen.west.partition
    old.valid_to = seen.city.today()
    old.save()
    new = make.PartitionFactory(city=seen.city, name="Nuovi quartieri", valid_from=seen.city.today(), current=False)
    whole = make.NeighbourhoodFactory(
        city=seen.city, partition=new, code="1", name="Sud", boundary=MultiPolygon(make.box(7.66, 45.04, 7.70, 45.058))
    )
    make.NeighbourhoodFactory(
        city=seen.city, partition=new, code="2", name="Striscia",
        boundary=MultiPolygon(make.box(7.66, 45.058, 7.70, 45.06)),
    )  # fmt: skip
    seen.city.turn(seen.city.today())
    assert [one.name for one in successors(seen.west.uid)] == ["Sud", "Striscia"]
    go_round()
    assert Follow.objects.get(user=anna).uid == whole.uid
    assert Follow.objects.get(user=anna).rhythm == "weekly"
    go_round(timezone.now() + timedelta(days=8))
    (message,) = told(anna)
    assert "San Salvario" in message.subject and "Sud" in message.text and "Striscia" in message.text


def test_one_click_in_the_mail_stops_what_it_is_about_and_nothing_else(seen, anna, client):
    one, other = follow(anna, seen.west), follow(anna, seen.upper)
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    go_round()
    send_waiting()
    (sent,) = mail.outbox
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address == stop_address(told(anna))
    path = address.partition("://")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 200
    assert Follow.objects.get(pk=one.pk).paused_at is None
    answer = client.post(f"/{path}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert Follow.objects.get(pk=one.pk).paused_at and Follow.objects.get(pk=other.pk).paused_at is None
    assert client.get("/me/following/stop/forged/").status_code == 404
    assert stopping_token(other) != stopping_token(one)


def test_a_meeting_in_a_neighbourhood_is_news_to_its_followers_and_again_when_called_off(seen, anna):
    record = make.ProposalFactory(name="Orto", state="codesign", **NEAR_WEST)
    early = make.ProposalFactory(name="Presto", state="under_review", **NEAR_WEST)
    go_round()
    follow(anna, seen.west)
    follow(anna, ask(seen, "layers=proposals"))
    early.sessions.create(starts_at=timezone.now() + timedelta(days=3), where="Da noi")
    meeting = record.sessions.create(starts_at=timezone.now() + timedelta(days=3), where="Sala grande")
    assert go_round() == 1
    (message,) = told(anna)
    assert "Orto" in message.subject and message.path.endswith(f"/proposals/{record.uid}/")
    assert {one.slug for one in beats()} > {"sessions", "pacts"}
    record.sessions.filter(pk=meeting.pk).update(cancelled_at=timezone.now())
    assert go_round() == 1
    assert "Presto" not in "".join(one.text for one in told(anna))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("near=7.67,45.05,300", True), ("near=7.69,45.07,300", False),
        ("area=7.66,45.04,7.68,45.04,7.68,45.06", True), ("area=7.69,45.07,7.70,45.07,7.70,45.08", False),
    ],
)  # fmt: skip
def test_a_radius_and_a_drawn_area_are_followed_as_the_map_reads_them(seen, anna, question, found):
    asked = ask(seen, question)
    assert asked.places_only() and asked.words()
    follow(anna, asked)
    make.BuildingFactory(name="Ex bocciofila", x=7.6705, y=45.0495)
    assert go_round() == int(found)


def test_each_layer_with_a_state_can_be_followed_and_no_background(town):
    slugs = {layer.slug for layer in followed_layers()}
    assert {"buildings", "houses", "proposals", "pacts", "neighbourhoods", "districts"} <= slugs
    assert "streets" not in slugs
    assert note() > 0 and note() == 0
    assert questions(town.city) == []
    assert Pact.objects.exists()


def test_what_one_follows_is_taken_along_and_erased_with_the_account(seen, anna):
    one = follow(anna, ask(seen, "near=7.67,45.05,300"), "weekly")
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    go_round()
    records = export_person(anna)["records"]
    assert records["commons.follow"][0]["question"] == one.question
    assert len(records["commons.notice"]) == 1
    erase_person(anna)
    assert not Follow.objects.exists() and not Notice.objects.exists()
    assert go_round(timezone.now() + timedelta(days=9)) == 0


def test_a_city_with_an_unknown_time_zone_stops_no_round(seen, anna):
    follow(anna, seen.west, "daily")
    City.objects.update(time_zone="Mars/Olympus")
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    assert go_round() == 0
    assert go_round(timezone.now() + timedelta(days=2)) == 1


def test_only_one_round_is_made_at_a_time(seen, anna, monkeypatch):
    follow(anna, seen.west)
    make.BuildingFactory(name="Ex bocciofila", **NEAR_WEST)
    with monkeypatch.context() as another:
        another.setattr(rounds, "alone", lambda: False)
        assert go_round() == 0
    assert go_round() == 1


def test_of_a_large_import_what_is_followed_by_itself_is_told_before_all_else(seen, anna, monkeypatch):
    monkeypatch.setattr(matching, "MOST_NEWS", 2)
    bea, known = make.UserFactory(), seen.buildings[3]
    follow(anna, known)
    follow(bea, ask(seen, "layers=buildings"))
    for number in range(5):
        make.BuildingFactory(name=f"Numero {number}", **NEAR_WEST)
    Building.objects.filter(pk=known.pk).update(use_status="underused")
    assert go_round() == 2
    assert known.name in told(anna)[0].subject
    assert Notice.objects.filter(user=bea).count() == 2
    assert not Happening.objects.filter(spread=False).exists()


def test_following_again_ends_a_pause(seen, anna):
    change(follow(anna, seen.west), "pause")
    set_follow(seen.west.uid, anna, True)
    assert Follow.objects.get().paused_at is None
