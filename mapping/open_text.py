"""The words of a record that everybody may read, for what is made outside its page: cards, search engines."""

from django.db.models import Model


def open_text(record: Model) -> str:
    """The description in one line. Empty while the text of a proposal or pact is not public (domain: titles are public
    from review on, texts from consultation or the decision on)."""
    if not getattr(record, "text_public", True):
        return ""
    return " ".join((getattr(record, "description", "") or "").split())
