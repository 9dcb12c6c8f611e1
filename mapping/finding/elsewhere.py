"""Asking another service (Nominatim) where an address is: off unless the settings name one, and only when a person
presses the button for it, after our own data had nothing.

Its policy is kept: once a second for the whole site, whoever asks; answers are kept for a month; who we are is said,
who asks never is. The address is the settings' alone, no redirect is followed, and nothing is waited for long.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from urllib3.exceptions import HTTPError

from mapping.places import SMALLEST_JUMP, room
from neighbourhoods.models import City

KEPT = 30 * 24 * 3600
TURN = 2  # seconds; the cache counts whole ones, so that at least one goes by
MOST = 5
LONGEST = 200_000  # bytes
LIMITS = urllib3.Timeout(connect=3, read=5, total=6)


class Busy(Exception):
    """Somebody has just asked: once a second is for the whole site."""


class Silent(Exception):
    """The service gives no answer that can be read."""


@dataclass(frozen=True)
class Elsewhere:
    """A place that the other service knows: its words, and the map round it."""

    name: str
    url: str


def is_known() -> bool:
    return bool(settings.GEOCODER_URL)


def ask(city: City, words: str) -> list[Elsewhere]:
    """The places in the city that another service has for these words. Raises Busy or Silent."""
    key = "geocoder:" + hashlib.sha256(f"{city.slug}\n{words.casefold()}".encode()).hexdigest()
    places = cache.get(key)
    if places is None:
        if not cache.add("geocoder:turn", 1, TURN):
            raise Busy
        places = inside(city, request(city, words))
        cache.set(key, places, KEPT)
    return [Elsewhere(name, map_of(city, x, y)) for name, x, y in places]


def request(city: City, words: str) -> Any:
    """What the service answers, read as JSON. Raises Silent."""
    west, south, east, north = city.envelope.extent
    box = f"{west},{north},{east},{south}"
    said = {"q": words, "format": "jsonv2", "viewbox": box, "bounded": 1, "limit": MOST}
    headers = {"User-Agent": f"MappaComune/1 ({settings.SITE_URL}; {settings.GEOCODER_CONTACT})"}
    pool = urllib3.PoolManager(timeout=LIMITS, retries=False, maxsize=1)
    try:
        address = f"{settings.GEOCODER_URL}?{urlencode(said)}"
        answer = pool.request("GET", address, headers=headers, redirect=False, preload_content=False)
        body = answer.read(LONGEST + 1)
        if answer.status != 200 or len(body) > LONGEST:
            raise Silent
        return json.loads(body)
    except (HTTPError, ValueError, RecursionError) as error:
        raise Silent from error
    finally:
        pool.clear()


def inside(city: City, answer: Any) -> list[tuple[str, float, float]]:
    """The places of an answer that lie in the city, as (words, longitude, latitude); what cannot be read is left."""
    west, south, east, north = city.envelope.extent
    found = []
    for one in answer if isinstance(answer, list) else []:
        try:
            name, x, y = str(one["display_name"])[:300], float(one["lon"]), float(one["lat"])
        except (KeyError, TypeError, ValueError):
            continue
        if west <= x <= east and south <= y <= north:
            found.append((name, x, y))
    return found[:MOST]


def map_of(city: City, x: float, y: float) -> str:
    box = ",".join(f"{degrees:.6f}" for degrees in room((x, y, x, y), SMALLEST_JUMP))
    return f"{reverse('map', args=[city.slug])}?bbox={box}"
