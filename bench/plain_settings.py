"""The settings of the program with `bench/plain.py` as its only address, next to no middleware, and Django's default of
one connection for each request."""

from mapping.settings import *  # noqa: F403
from mapping.settings import DATABASES

ROOT_URLCONF = "bench.plain"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]  # without which its application refuses to start
DATABASES = {alias: one | {"CONN_MAX_AGE": 0} for alias, one in DATABASES.items()}
REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
}
