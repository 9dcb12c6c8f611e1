"""What a visitor typed before signing in: it waits in the session, and is in the form again afterwards."""

from django.http import HttpRequest

MOST = 5
LONGEST = 10_000


def keep(request: HttpRequest, name: str, text: str) -> None:
    """Keeps one text under a name; the oldest goes when there are too many."""
    texts = request.session.get("kept", {})
    texts.pop(name, None)
    texts = dict(list(texts.items())[-(MOST - 1) :])
    request.session["kept"] = texts | {name: text.replace("\0", "")[:LONGEST]}


def kept(request: HttpRequest, name: str) -> str:
    """The text kept under this name; empty when there is none."""
    return request.session.get("kept", {}).get(name, "") if request.session.session_key else ""


def drop(request: HttpRequest, name: str) -> None:
    """Forgets a text that has been sent."""
    texts = request.session.get("kept", {})
    if texts.pop(name, None) is not None:
        request.session["kept"] = texts
