"""The settings of a public body's duties: part of `settings.py`, which reads them in."""

from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# The body's own declaration of accessibility, made on AGID's form: the footer leads to it.
ACCESSIBILITY_STATEMENT_URL = env.str("ACCESSIBILITY_STATEMENT_URL", default="")
if ACCESSIBILITY_STATEMENT_URL and urlsplit(ACCESSIBILITY_STATEMENT_URL).scheme != "https":
    raise ImproperlyConfigured("ACCESSIBILITY_STATEMENT_URL must begin with https://, as https://form.agid.gov.it/….")
# The body's own privacy notice, where it has one elsewhere.
PRIVACY_NOTICE_URL = env.str("PRIVACY_NOTICE_URL", default="")
if PRIVACY_NOTICE_URL and urlsplit(PRIVACY_NOTICE_URL).scheme != "https":
    raise ImproperlyConfigured("PRIVACY_NOTICE_URL must begin with https://.")
# Who reads what people write about the site; without it the contact of the city, else the administrators.
FEEDBACK_EMAIL = env.str("FEEDBACK_EMAIL", default="")
if FEEDBACK_EMAIL and "@" not in FEEDBACK_EMAIL:
    raise ImproperlyConfigured("FEEDBACK_EMAIL must be an e-mail address.")
