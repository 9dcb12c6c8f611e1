"""Reports of a pact: the parties write, the office checks, everybody reads; late is said to the parties alone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from commons.clock import turn
from commons.gather import reporting
from commons.models import Dispute, Pact, Report, Signature
from people.models import Membership, Message
from tests import factories as make

pytestmark = pytest.mark.django_db
FILLED = {
    "period_start": "2025-01-01", "period_end": "2025-12-31", "actions": "Abbiamo aperto l'orto", "hours": "300",
    "income": "1200.50", "spending": "900",
}  # fmt: skip


@pytest.fixture
def pact(cast):
    pact = make.PactFactory(city=cast.city, state=Pact.State.REPORTING, name="Patto dell'orto")
    Signature.objects.create(pact=pact, organisation=cast.group, kind="association")
    Signature.objects.create(pact=pact, kind="volunteer", person=cast.dora, person_name="Dora Privata")
    Signature.objects.create(pact=pact, kind="volunteer", person_name="Ettore Privato")
    return pact


def send(client, pact, do="send", **also):
    with translation.override("en"):
        return client.post(reverse("report", args=["torino", pact.uid]), FILLED | {do: "1"} | also)


def public(client, pact):
    client.logout()
    with translation.override("en"):
        return client.get(pact.get_absolute_url()).content.decode()


def test_story_12_an_association_reports(client, cast, pact):
    """Reminded 60 days ahead; actions, hours, income, spending; unexplained income flagged; public after the check;
    late for parties."""
    Pact.objects.filter(pk=pact.pk).update(report_due=cast.city.today() + timedelta(days=60))
    for _twice in range(2):
        turn(cast.city, timezone.now())
    reminded = Message.objects.get(kind="report_due")
    assert reminded.user == cast.alice and reminded.path.endswith(reverse("report", args=["torino", pact.uid]))
    Pact.objects.filter(pk=pact.pk).update(report_due=cast.city.today() - timedelta(days=3))
    client.force_login(cast.alice)
    address = reverse("report", args=["torino", pact.uid])
    with translation.override("en"):
        page = client.get(reverse("report", args=["torino", pact.uid]))
        assert "late" in client.get(pact.get_absolute_url()).content.decode()
        assert '<span class="tag late">late</span>' in client.get(reverse("me")).content.decode()
    assert "no-store" in page["Cache-Control"] and '<span class="tag late">late</span>' in page.content.decode()
    assert "late" not in public(client, pact).split('id="reports"')[1].split("</section>")[0]
    client.force_login(cast.alice)
    assert send(client, pact, "keep", actions="").status_code == 302
    assert Report.objects.get().state == "draft"
    assert send(client, pact).status_code == 302
    report = Report.objects.get()
    assert report.state == "sent" and report.unexplained_income() and report.written_by == cast.alice
    told = Message.objects.get(kind="report_sent")
    assert told.user == cast.sara
    assert "Abbiamo aperto" not in public(client, pact)
    client.force_login(cast.sara)
    with translation.override("en"):
        assert "does not say how it was put back" in client.get(reverse("report", args=["torino", pact.uid])).text
    assert client.post(address, {"accept": "1", "note": "Grazie"}).status_code == 302
    seen = public(client, pact)
    assert "Abbiamo aperto" in seen and "1,200.5" in seen and "does not say how it was put back" in seen
    assert "Grazie" not in seen and "Sara" not in seen and "Alice" not in seen
    assert Message.objects.filter(kind="report_checked", user=cast.alice).exists()


def test_the_office_sends_a_report_back_with_words(client, cast, pact):
    client.force_login(cast.alice)
    send(client, pact)
    client.force_login(cast.sara)
    address = reverse("report", args=["torino", pact.uid])
    assert client.post(address, {"return": "1", "note": ""}).status_code == 409
    assert client.post(address, {"return": "1", "note": "Dite come avete reinvestito"}).status_code == 302
    client.force_login(cast.alice)
    assert "Dite come avete reinvestito" in client.get(address).content.decode()
    assert send(client, pact, reinvestment="Nuovi attrezzi").status_code == 302
    assert not Report.objects.get().unexplained_income()
    assert Message.objects.filter(kind="report_sent", user=cast.sara).count() == 2


def test_only_the_parties_write_and_only_the_office_checks(client, cast, pact):
    address = reverse("report", args=["torino", pact.uid])
    assert client.get(address).status_code == 302
    Membership.objects.create(user=cast.dora, organisation=cast.group)
    for user in (cast.carlo, cast.dora):
        client.force_login(user)
        assert client.get(address).status_code == 403 and send(client, pact).status_code == 403
    client.force_login(cast.alice)
    send(client, pact)
    assert client.post(address, {"accept": "1"} | FILLED).status_code != 200
    assert Report.objects.get().state == "sent"
    Membership.objects.create(user=cast.sara, organisation=cast.group, role="representative")
    assert not reporting.may_check(pact, cast.sara) and reporting.may_report(pact, cast.sara)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"actions": ""}, "actions"), ({"period_end": "2024-01-01"}, "period_end"), ({"income": "-1"}, "income"),
     ({"hours": "-3"}, "hours"), ({"hours": "99999999999"}, "hours"), ({"income": "1e400"}, "income"),
     ({"actions": "a\0b"}, "actions"), ({"period_start": "ieri"}, "period_start")],
)  # fmt: skip
def test_a_wrong_report_is_said_and_its_words_are_kept(client, cast, pact, wrong, field):
    client.force_login(cast.alice)
    response = send(client, pact, reinvestment="Parole scritte con cura", **wrong)
    seen = response.content.decode()
    assert response.status_code == 400 and f'href="#id_{field}"' in seen and "Parole scritte con cura" in seen
    assert not Report.objects.exists()


def test_a_pact_that_takes_no_report_says_so(client, cast, pact):
    other = make.PactFactory(city=cast.city, state=Pact.State.EXPIRED)
    other.signatories.add(cast.group)
    client.force_login(cast.alice)
    assert send(client, other).status_code == 409
    assert not Report.objects.exists()
    assert reporting.open_report(pact) is None and not reporting.late(pact)


def test_a_report_is_late_until_one_answers_its_deadline(cast, pact):
    pact.report_due = cast.city.today() - timedelta(days=1)
    assert reporting.late(pact) and reporting.late_ones([pact]) == {pact.pk}
    said = {"pact": pact, "period_start": date(2025, 1, 1), "period_end": date(2025, 12, 31), "state": "checked"}
    Report.objects.create(**said, sent_at=timezone.now() - timedelta(days=400))
    assert reporting.late(pact)
    Report.objects.create(**said, sent_at=timezone.now() - timedelta(days=40))
    assert not reporting.late(pact) and reporting.late_ones([pact]) == set()


def test_signatories_are_counted_and_single_people_never_named(client, cast, pact):
    seen = public(client, pact)
    assert "Association: 1" in seen and "Volunteer: 2" in seen and "Orto di tutti" in seen
    assert "Privat" not in seen and "Dora" not in seen


def test_a_dispute_shows_what_is_about_and_how_it_ended_and_no_party(client, cast, pact):
    Dispute.objects.create(
        pact=pact, subject="Orari di apertura", parties="Famiglia Rossi", panel="Tre garanti",
        opened_on=date(2026, 3, 1), outcome="Si chiude alle 20",
    )  # fmt: skip
    seen = public(client, pact)
    assert "Orari di apertura" in seen and "Si chiude alle 20" in seen and "Rossi" not in seen


def test_a_renewed_pact_leads_to_every_version(client, cast, pact):
    first = make.PactFactory(city=cast.city, state=Pact.State.RENEWED, name="Il primo")
    second = make.PactFactory(city=cast.city, state=Pact.State.RENEWED, name="Il secondo", predecessor=first)
    Pact.objects.filter(pk=pact.pk).update(predecessor=second)
    for one in (first, second, pact):
        seen = public(client, one)
        assert all(other.uid in seen for other in (first, second, pact))


def test_the_history_of_a_pact_tells_its_steps_and_public_reasons(client, cast):
    pact = Pact.objects.create(city=cast.city, name="Patto nuovo")
    pact.advance("terminate", by=cast.sara, note="Il tetto è crollato.")
    seen = public(client, pact)
    assert "Il tetto è crollato." in seen and "Sara" not in seen


def test_reports_of_two_people_at_once_do_not_overwrite_each_other(cast, pact):
    started = Report(period_start=date(2025, 1, 1), period_end=date(2025, 12, 31), actions="Mia")
    other = Report(period_start=date(2025, 1, 1), period_end=date(2025, 12, 31), actions="Sua")
    reporting.write_report(pact, cast.alice, started, send=False)
    with pytest.raises(reporting.NotPossible):
        reporting.write_report(pact, cast.alice, other, send=True)
    assert Report.objects.get().actions == "Mia"
