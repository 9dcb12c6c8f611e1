"""The office's papers: the document of an act and the signed pact, who opens them, and what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commons.desk.filing import is_pdf, papers_of
from commons.files import MOST_FILES, MOST_PAPERS, attach, shelved
from commons.files_access import shown_files
from commons.gather.pact_page import papers
from commons.models import Attachment, FormalAct
from commons.pacting import open_pact
from tests.commons import hostile_pictures as pictures
from tests.commons.desk.cast import approved, client_of, reviewed, signed
from tests.commons.test_files import PDF_BYTES, docx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def sent(person, record, name: str, content: bytes | None = PDF_BYTES, filename: str = "atto.pdf", **data):
    given = data | ({"file": SimpleUploadedFile(filename, content)} if content is not None else {})
    url = reverse("desk-act", args=[record.city.slug, f"{record.machine}s", record.uid, name])
    return client_of(person).post(url, given)


def opened(paper: Attachment, person=None) -> int:
    client = client_of(person) if person else Client()
    return client.get(reverse("file", args=[paper.uid, "original"])).status_code


ACT = {"body": "giunta", "number": "77", "date": "2026-01-10", "title": "Approvazione"}


def test_the_document_of_an_act_is_kept_with_it_and_shown_when_the_decision_is_public(
    who, django_capture_on_commit_callbacks
):
    one = reviewed(who)
    with django_capture_on_commit_callbacks(execute=True):
        assert sent(who.rita, one, "act", public="on", **ACT).status_code == 302
    act = FormalAct.objects.get(number="77")
    paper = act.document
    assert (paper.kind, paper.proposal, paper.uploaded_by, paper.public) == ("act", one, who.rita, True)
    assert opened(paper) == 404 and opened(paper, who.carlo) == 404
    assert opened(paper, who.alice) == 200 and opened(paper, who.sara) == 200
    whole = approved(who, name="Altra")
    decided = whole.acts.get()
    assert sent(who.rita, whole, "act_paper", act=decided.pk, public="on").status_code == 302
    decided.refresh_from_db()
    assert opened(decided.document) == 200
    page = Client().get(whole.get_absolute_url()).content.decode()
    assert reverse("file", args=[decided.document.uid, "original"]) in page
    assert shown_files(whole)["documents"] == []


def test_the_signed_pact_is_on_the_pacts_page_and_a_newer_one_takes_its_place(who):
    whole = approved(who)
    pact = signed(who, open_pact([whole], by=who.sara))
    assert sent(who.sara, pact, "signed_pact", public="on").status_code == 302
    first = papers_of(pact).get()
    page = Client().get(pact.get_absolute_url()).content.decode()
    assert reverse("file", args=[first.uid, "original"]) in page and opened(first) == 200
    assert [one.signed for one in papers(pact, [first], "default")] == [True]
    assert sent(who.sara, pact, "signed_pact").status_code == 302
    second = papers_of(pact).get()
    assert second != first and opened(first) == 404 and opened(first, who.sara) == 410
    assert second.uid not in Client().get(pact.get_absolute_url()).content.decode()
    assert [opened(second, one) for one in (None, who.carlo, who.alice, who.sara)] == [404, 404, 200, 200]
    gone = sent(who.sara, pact, "take_away", None, which=second.uid)
    assert gone.status_code == 302 and not papers_of(pact).exists()


def test_a_text_from_before_the_signing_is_not_called_signed(who):
    pact = open_pact([approved(who)], by=who.sara)
    assert sent(who.sara, pact, "signed_pact", public="on").status_code == 302
    paper = papers_of(pact).get()
    assert [one.signed for one in papers(pact, [paper], "default")] == [False]
    signed(who, pact)
    assert [one.signed for one in papers(pact, [paper], "default")] == [False]
    assert papers(pact, [], "default") == [] and opened(paper) == 200


HOSTILE = {
    "empty": b"",
    "a page": b"<html><script>alert(1)</script></html>",
    "a program": b"MZ\x90\x00" + b"\x00" * 100,
    "a zip that is no document": b"PK\x03\x04" + b"\x00" * 100,
    "a macro": docx(**{"word/vbaProject.bin": b"x"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_document_is_refused_and_nothing_is_left_of_it(who, store, what):
    one, pact = reviewed(who), signed(who, open_pact([approved(who)], by=who.sara))
    before = FormalAct.objects.count()
    refused = sent(who.rita, one, "act", HOSTILE[what], "atto.pdf", **ACT)
    assert refused.status_code == 400 and "Approvazione" in refused.content.decode()
    assert sent(who.sara, pact, "signed_pact", HOSTILE[what], "../../patto.pdf").status_code == 400
    assert FormalAct.objects.count() == before and not Attachment.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_a_signed_pact_is_a_pdf_an_act_may_be_a_scan(who):
    one, pact = reviewed(who), signed(who, open_pact([approved(who)], by=who.sara))
    assert not is_pdf(SimpleUploadedFile("patto.pdf", docx()))
    assert sent(who.sara, pact, "signed_pact", docx(), "patto.pdf").status_code == 400
    assert sent(who.rita, one, "act", pictures.picture(), "scan.pdf", **ACT).status_code == 302
    assert FormalAct.objects.get(number="77").document.media_type == "image/jpeg"


def test_papers_are_for_those_who_may_and_take_no_room_from_the_proposers(who):
    one = reviewed(who)
    for person in (who.alice, who.carlo, who.olga):
        assert sent(person, one, "act", **ACT).status_code == 403
    assert sent(who.ada, one, "act", **ACT).status_code == 403
    for _number in range(MOST_FILES):
        attach(one, pictures.upload(PDF_BYTES, "a.pdf"), "document", None)
    assert sent(who.rita, one, "act", **ACT).status_code == 302
    assert shelved(one).count() == MOST_FILES and shelved(one, "act").count() == 1 < MOST_PAPERS
