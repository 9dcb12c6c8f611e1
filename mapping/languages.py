"""The same page in another language."""

from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation

from people.outbox import in_language


def same_page(address: str, language: str) -> str:
    """The address of a page in a language, its query included; the address itself where there is one for all.

    Django's own `translate_url` knows only routes with a name, and pages of records go by the name of another.
    """
    other = in_language(address, language) or address
    return other if view_at(other, language) is view_at(address, translation.get_language()) else address


def view_at(address: str, language: str | None) -> object:
    """The view that answers this address when the language is that; None where there is none."""
    with translation.override(language):
        try:
            return resolve(unquote(urlsplit(address).path)).func
        except (Resolver404, ValueError):
            return None
