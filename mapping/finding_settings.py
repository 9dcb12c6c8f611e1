"""The settings of the search: part of `settings.py`, which reads them in."""

from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# Another service for addresses (Nominatim), asked only when a person presses the button for it; none by default.
GEOCODER_URL = env.str("GEOCODER_URL", default="")
GEOCODER_CONTACT = env.str("GEOCODER_CONTACT", default="")
if GEOCODER_URL and (urlsplit(GEOCODER_URL).scheme not in {"http", "https"} or not urlsplit(GEOCODER_URL).hostname):
    raise ImproperlyConfigured("GEOCODER_URL must look like https://nominatim.example.org/search.")
if GEOCODER_URL and "@" not in GEOCODER_CONTACT:
    raise ImproperlyConfigured("GEOCODER_URL needs GEOCODER_CONTACT: the e-mail address that its policy asks for.")
