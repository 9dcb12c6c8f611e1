"""The pages that a public body owes say the truth: what is kept, what is met, what words mean, no cookie."""

import re

import pytest
from django.test import Client
from django.utils import translation

from commons.models import Building, House, Pact, Proposal
from commons.terms import TERMS
from mapping import assessment, kept
from mapping.assessment import Verdict
from neighbourhoods.models import Neighbourhood
from people.models import Organisation
from people.privacy import declared
from tests import factories as make
from tests.source import ROOT, templates

READ = ("/", "/torino/", "/torino/about/", "/torino/?layers=buildings", "/torino/calls/", "/data/", "/data/buildings/",
        "/ogc/", "/privacy/", "/accessibility/", "/accessibility/self-assessment/", "/glossary/", "/robots.txt",
        "/sitemap.xml", "/layers.json", "/layers/buildings.geojson", "/map.svg?city=torino",
        "/nothing/here/")  # fmt: skip


@pytest.mark.django_db
def test_reading_leaves_no_cookie(client, town):
    records = [model.objects.public().first() for model in (Building, House, Neighbourhood, Organisation)]
    for path in (*READ, *(record.get_absolute_url() for record in records)):
        for prefix in ("", "/en") if path.startswith("/torino") else ("",):
            response = client.get(f"{prefix}{path}", headers={"accept": "text/html,*/*"})
            assert not response.cookies, path


@pytest.mark.django_db
def test_a_page_with_a_form_leaves_only_the_cookie_that_the_privacy_page_names(client, town, settings):
    records = [model.objects.public().first().get_absolute_url() for model in (Proposal, Pact)]
    for path in ("/torino/propose/", "/torino/tell-us/", "/feedback/", "/account/login/", *records):
        assert set(Client().get(path).cookies) == {settings.CSRF_COOKIE_NAME}, path
    text = client.get("/en/privacy/").content.decode()
    assert all(f"<code>{name}</code>" in text for name in (settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME))


def test_every_personal_field_of_every_table_is_said():
    """Whoever declares another personal field says it in mapping/kept.py."""
    unsaid = [label for label, _one in kept.every_table() if label not in kept.TOLD]
    assert not unsaid
    for label, one in kept.every_table():
        for name in one.policy:
            assert str(kept.word(label, name)), (label, name)
    assert not set(kept.TOLD) - {label for label, _one in kept.every_table()}, "these tables are no more"


def test_what_scripts_keep_in_the_browser_is_said_on_the_privacy_page():
    """Whoever keeps another thing there says so in templates/mapping/privacy.html."""
    keeps = re.compile(r"\b(setItem|caches\.open|indexedDB|document\.cookie)\b")
    found = {str(path.relative_to(ROOT / "static" / "js")) for path in (ROOT / "static" / "js").rglob("*.js")
             if keeps.search(path.read_text())}  # fmt: skip
    assert found == {"map/welcome.js", "app/copies.js", "app/worker.js"}


@pytest.mark.django_db
def test_the_privacy_page_shows_every_table_with_what_erasure_does(client):
    text = client.get("/en/privacy/").content.decode()
    said = kept.said()
    assert len(said) == len(list(declared())) + 1
    for one in said:
        assert str(one.title)
    by_label = {label: kept.line(label, one) for label, one in kept.every_table()}
    assert by_label["commons.follow"].goes and by_label["commons.feedback"].goes
    comment, proposal = by_label["commons.contribution"], by_label["commons.proposal"]
    assert not comment.goes and kept.WORDS["text"] in comment.emptied
    assert kept.WORDS["contact_phone"] in proposal.emptied and kept.WORDS["description"] in proposal.stays
    assert by_label["admin.logentry"].emptied == () and by_label["mapping.importrun"].stays == ()
    assert text.count('<th scope="row">') == len(said)


def test_the_self_assessment_judges_every_criterion_once():
    """WCAG 2.2 has 55 criteria of levels A and AA; EN 301 549 still counts 4.1.1."""
    found = assessment.criteria()
    assert len(found) == len({one.number for one in found}) == 56
    assert sum(assessment.counted().values()) == 56
    assert [one.number for one in found] == sorted(
        (one.number for one in found), key=lambda n: [*map(int, n.split("."))]
    )
    assert {one.number for one in found if one.new} == {"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"}
    assert all(one.verdict in Verdict and len(str(one.how)) > 10 for one in found)
    assert [number for number, *_rest in assessment.CHAPTERS] == ["5", "6", "7", "8", "10", "11", "12"]


@pytest.mark.django_db
def test_the_self_assessment_says_first_what_is_not_met(client):
    text = client.get("/en/accessibility/self-assessment/").content.decode()
    first = text.index('id="every"')
    for one in assessment.not_met():
        assert one.number in text[:first]
    assert text.count("verdict verdict-") == 56 + len(assessment.CHAPTERS)
    assert "/en/accessibility/self-assessment/" in client.get("/en/accessibility/").content.decode()


@pytest.mark.django_db
def test_the_footer_leads_to_the_declaration_where_there_is_one(client, settings):
    assert "form.agid.gov.it" not in client.get("/privacy/").content.decode()
    settings.ACCESSIBILITY_STATEMENT_URL = "https://form.agid.gov.it/view/x"
    for path in ("/privacy/", "/nothing/here/", "/feedback/", "/accessibility/"):
        assert 'href="https://form.agid.gov.it/view/x"' in client.get(path).content.decode(), path


def test_every_word_that_is_explained_is_in_the_glossary_of_the_documents():
    text = (ROOT / "docs" / "glossary.md").read_text().lower()
    with translation.override("en"):
        assert not [str(term.word) for term in TERMS.values() if f"| {term.word} |".lower() not in text]


def test_every_word_that_a_template_explains_is_known():
    used = {slug for path in templates() for call in re.findall(r"{% explain ([^%]*)%}", path.read_text())
            for slug in re.findall(r'"([^"]+)"', call)}  # fmt: skip
    assert used and not used - set(TERMS)


@pytest.mark.django_db
def test_a_city_s_own_word_stands_in_its_glossary(client):
    city = make.CityFactory(slug="torino")
    city.profile = {"labels": {"pact": {"it": "Patto di cura", "en": "Care pact"}}}
    city.save()
    assert "<dfn>Care pact</dfn>" in client.get("/en/glossary/").content.decode()
    assert "<dfn>Patto di cura</dfn>" in client.get("/glossary/").content.decode()


@pytest.mark.django_db
def test_a_word_is_explained_where_it_stands_without_a_script(client, town):
    pact = Pact.objects.public().first()
    text = client.get(f"/en{pact.get_absolute_url()}").content.decode()
    assert '<details class="explain">' in text and "/en/glossary/#pact" in text
