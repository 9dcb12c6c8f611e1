"""Template tags of the glossary: a word explained where it stands, without a script."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language

from commons.terms import TERMS, Term
from neighbourhoods.models import City

register = template.Library()


def word_of(term: Term, city: City | None) -> str:
    """The city's own word for it where its profile has one, else everybody's."""
    own = city.label(term.label, get_language() or "it") if city and term.label else ""
    return own or str(term.word)


@register.inclusion_tag("_explain.html", takes_context=True)
def explain(context: template.Context, *slugs: str) -> dict[str, Any]:
    """A closed box under a heading that says what the words in it mean: `{% explain "pact" "proposal" %}`."""
    city = context.get("city") or None
    return {"terms": [(TERMS[slug], word_of(TERMS[slug], city)) for slug in slugs]}


@register.simple_tag
def declaration() -> str:
    """The address of the body's declaration of accessibility; empty where it has none yet."""
    return settings.ACCESSIBILITY_STATEMENT_URL
