"""Settings: read from the environment only, safe by default, refuse to start unsafe.

Every variable read here is documented in `docs/operations.md`; a test holds that.
`script/server` and `script/manage` set `DATABASE_URL`, `SECRET_KEY` and `SITE_URL` for a private installation.
"""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from mapping.account_settings import *  # noqa: F403
from mapping.duty_settings import *  # noqa: F403
from mapping.embed_settings import *  # noqa: F403
from mapping.export_settings import *  # noqa: F403
from mapping.finding_settings import *  # noqa: F403
from mapping.import_settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
LOOPBACK = _site.hostname in {"127.0.0.1", "localhost", "::1"}
SECURE = _site.scheme == "https"
if not _site.hostname or _site.scheme not in {"http", "https"} or _site.path or _site.query:
    raise ImproperlyConfigured(f"SITE_URL must look like https://mappa.example.it, not {SITE_URL!r}.")
if not SECURE and not LOOPBACK:
    raise ImproperlyConfigured(f"SITE_URL {SITE_URL!r} is public: it must begin with https://.")

SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must be set and have at least 50 characters; script/manage makes one.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname] + (["127.0.0.1", "localhost"] if LOOPBACK else []))
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "mapping.apps.MappingConfig",
    "commons.apps.CommonsConfig",
    "people.apps.PeopleConfig",
    "neighbourhoods.apps.NeighbourhoodsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "leaflet",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mapping.front.OneSecond",
    "mapping.road.DataRoad",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "mapping.errors.ProblemMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.signed_in.PrivatePages",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mapping.urls"
WSGI_APPLICATION = "mapping.wsgi.application"
APPEND_SLASH = True
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",  # the administration: by user name
    "allauth.account.auth_backends.AuthenticationBackend",  # the site: by e-mail address
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database(alias_options: str = "") -> dict:
    """One PostGIS database; `alias_options` are server settings of the connection (`-c name=value`)."""
    url = env.db("DATABASE_URL", default="postgis:///mappa_comune")
    options = dict(url.get("OPTIONS", {}))
    url["OPTIONS"] = options
    options["options"] = " ".join(filter(None, [options.get("options"), "-c jit=off", alias_options]))
    url |= {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
    }
    return url


# `public` is the road of anonymous reading: it cannot write, and never starts parallel workers. One snapshot a request:
# version, bytes and counts of an answer belong together. The server is told so when the connection is made; psycopg2's
# own setting would be said and taken back around every transaction. What it prepares (the search) is planned once.
DATABASES = {
    "default": _database("-c statement_timeout=300s -c lock_timeout=10s -c idle_in_transaction_session_timeout=300s"),
    "public": _database(
        r"-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\ read "
        "-c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan "
        "-c statement_timeout=30s -c idle_in_transaction_session_timeout=300s"
    )
    | {"TEST": {"MIRROR": "default"}},
}

# Limits of attempts are counted here, by all workers together; the table is made by a migration of `people`.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache"}}

LANGUAGE_CODE = "it"
LANGUAGES = [("it", _("Italian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"
FORMAT_MODULE_PATH: list[str] = []


def _release() -> str:
    """A short name of what is in `static/` and the lock file: the folder under which browsers keep it for ever."""
    digest = hashlib.sha256()
    for path in sorted([*(BASE_DIR / "static").rglob("*"), BASE_DIR / "package-lock.json"]):
        if path.is_file():
            digest.update(str(path.relative_to(BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:10]


RELEASE = env.str("RELEASE", default="") or _release()
STATIC_URL = f"/static/{RELEASE}/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("npm/leaflet", BASE_DIR / "node_modules" / "leaflet" / "dist"),
    ("npm/titillium", BASE_DIR / "node_modules" / "@fontsource" / "titillium-web" / "files"),
]
# A page asks for one style sheet: `static/sheets/` says what of.
STATICFILES_FINDERS = ["mapping.sheets.JoinedSheets", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = "^/static/[0-9a-f]{10}/"
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))

# Mails go by EMAIL_URL; without it they are kept as files, for a look.
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(BASE_DIR / "var" / "mail")
if EMAIL_URL:
    if urlsplit(EMAIL_URL).scheme not in {"smtp", "smtps", "smtp+tls", "smtp+ssl"} or not urlsplit(EMAIL_URL).hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@mail.example.it:587.")
    globals().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20
EMAIL_SUBJECT_PREFIX = "[Mappa Comune] "
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default=f"Mappa Comune <mappa@{_site.hostname}>")

# A real tile server by one setting; without it the map draws the city's own boundaries, water and streets.
TILE_URL = env.str("TILE_URL", default="")
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", default="")
if TILE_URL and not TILE_ATTRIBUTION:
    raise ImproperlyConfigured("TILE_URL needs TILE_ATTRIBUTION: who made the tiles, as their licence asks.")
_tiles = urlsplit(TILE_URL)
TILE_HOST = f"{_tiles.scheme}://{_tiles.hostname.replace('{s}', '*')}" if _tiles.hostname else ""

LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (45.07, 7.68),
    "DEFAULT_ZOOM": 12,
    "MIN_ZOOM": 5,
    "TILES": [(_("Map"), TILE_URL, {"attribution": TILE_ATTRIBUTION})] if TILE_URL else [],
    "NO_GLOBALS": False,
    "RESET_VIEW": False,
}

SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # tile servers refuse requests without a referrer
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SECURE and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

_images = [SELF, "data:"] + ([TILE_HOST] if TILE_HOST else [])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": _images,
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "commons.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["commons.api.permissions.Scoped"],
    "DEFAULT_PARSER_CLASSES": ["commons.api.bodies.StrictJSONParser", "commons.api.bodies.StrictGeoJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["commons.api.bodies.GeoJSONRenderer", "rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["commons.api.authentication.PersonRate", "commons.api.authentication.WriteRate"],
    "DEFAULT_THROTTLE_RATES": {"person": "3000/hour", "writes": "600/hour", "address": "6000/hour"},
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
    "EXCEPTION_HANDLER": "commons.api.problems.answer",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mappa comune",
    "DESCRIPTION": "Acting over REST: your own proposals from draft to decision, comments, support. Reading what is "
    "public is done at `/layers.json` and `/layers/`. Errors are documents of RFC 9457, listed in `docs/problems.md`.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"ProposalState": "commons.models.Proposal.State"},
}

SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # a municipality's other subdomains are not this program's to bind to HTTPS
    "gis.W001",  # GDAL inside this process never sees an upload: files are read in a child without sockets
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
    "security.W021",  # decided by SITE_URL above
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
