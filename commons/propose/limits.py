"""How often a visitor without an account may begin a draft: by session and by address, counted in the cache."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600
BY_ADDRESS = 60
BY_SESSION = 10


def too_many(request: HttpRequest, what: str = "draft") -> bool:
    """Counts one more; True when this visitor has had enough for the hour. People with an account are not counted."""
    if request.user.is_authenticated:
        return False
    address = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:32]
    session = request.session.session_key or ""
    return _over(f"{what}:a:{address}", BY_ADDRESS) | bool(session and _over(f"{what}:s:{session}", BY_SESSION))


def _over(key: str, most: int) -> bool:
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two
        return False
