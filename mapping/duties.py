"""The pages that a public body owes: accessibility and its self-assessment, privacy, and the words explained."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.terms import TERMS
from mapping.assessment import ASSESSED_ON, CHAPTERS, criteria, not_met
from mapping.explore import only_city
from mapping.kept import said
from mapping.templatetags.glossary import word_of


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What can be counted on and what is missing, in short."""
    context = {"city": only_city(), "statement": settings.ACCESSIBILITY_STATEMENT_URL, "not_met": not_met()}
    return render(request, "mapping/accessibility.html", context)


@require_safe
def self_assessment(request: HttpRequest) -> HttpResponse:
    """Every criterion of EN 301 549 that a site can meet: the verdict, and how it was reached."""
    context = {
        "city": only_city(),
        "criteria": criteria(),
        "chapters": CHAPTERS,
        "not_met": not_met(),
        "assessed_on": ASSESSED_ON,
        "statement": settings.ACCESSIBILITY_STATEMENT_URL,
    }
    return render(request, "mapping/self_assessment.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of persons, from what every model declares."""
    context = {
        "city": only_city(),
        "tiles": bool(settings.TILE_URL),
        "said": said(),
        "notice": settings.PRIVACY_NOTICE_URL,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "form_cookie": settings.CSRF_COOKIE_NAME,
    }
    return render(request, "mapping/privacy.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every word of TERMS, in the order of the table."""
    city = only_city()
    terms = [(term, word_of(term, city)) for term in TERMS.values()]
    return render(request, "mapping/glossary.html", {"city": city, "terms": terms})
