"""The settings of embeds: part of `settings.py`, which reads them in."""

import re

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# Who may show our maps in a frame: origins, each like https://www.comune.example.it; nobody without them.
EMBED_ORIGINS: list[str] = env.list("EMBED_ORIGINS", default=[])
for _origin in EMBED_ORIGINS:
    if not re.fullmatch(
        r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?|http://(127\.0\.0\.1|localhost)(:\d+)?", _origin
    ):
        raise ImproperlyConfigured(f"EMBED_ORIGINS: {_origin!r} must look like https://www.comune.example.it.")
