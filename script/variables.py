"""The variables of the environment that the program's settings need, with the values a private installation gives
them. docs/operations.md lists every one."""

import os
import secrets

from script.checkout import VAR, Refusal, locked, make_var, write_aside

SECRET_FILE = VAR / "secret-key"
SHORTEST_SECRET = 50
# What describes one installation; the tests meet the defaults wherever they run.
OF_ONE_INSTALLATION = (
    "ACCESSIBILITY_STATEMENT_URL", "ALLOWED_HOSTS", "BEHIND_TLS_PROXY", "CONN_MAX_AGE", "DEBUG", "EMAIL_URL",
    "EXPORT_FREE_MB", "EXPORT_HOURS", "FEEDBACK_EMAIL", "PRIVACY_NOTICE_URL",
    "EXPORT_LARGE", "EXPORT_LARGE_XLSX", "EXPORT_LIMIT", "EXPORT_ROOT", "LOCAL_SIGNUP", "MAIL_FROM",
    "MEDIA_ROOT", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_SERVER_URL", "RELEASE",
    "SECURE_SSL_REDIRECT", "SITE_URL", "STATIC_ROOT", "TILE_ATTRIBUTION", "TILE_URL", "TRUSTED_PROXIES",
)  # fmt: skip


def port() -> int:
    """`PORT`, by default 8000; refuses what is no TCP port."""
    text = os.environ.get("PORT", "") or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise Refusal(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def count(name: str, default: int) -> int:
    """A positive whole number of the environment."""
    text = os.environ.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise Refusal(f"{name} must be a whole number from 1, not {text!r}.")
    return int(text)


def secret_key() -> str:
    """`SECRET_KEY`, or the one kept in `var/secret-key`, made at the first call and readable by its owner only."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    make_var()
    with locked(VAR / "secret-key.lock"):
        if not SECRET_FILE.exists():
            write_aside(SECRET_FILE, secrets.token_urlsafe(60))
    try:
        kept = SECRET_FILE.read_text().strip()
    except OSError as error:
        raise Refusal(
            f"{SECRET_FILE} cannot be read ({error.strerror}): it belongs to who ran the first command."
        ) from error
    if len(kept) < SHORTEST_SECRET:
        raise Refusal(f"{SECRET_FILE} is damaged. Remove it: a new one is made, and everybody signs in again.")
    return kept


def for_program(database_url: str) -> dict[str, str]:
    """A copy of the environment completed with what `mapping.settings` needs; what the caller set stays."""
    variables = dict(os.environ)
    variables["DATABASE_URL"] = database_url
    variables["SECRET_KEY"] = secret_key()
    variables["SITE_URL"] = variables.get("SITE_URL") or f"http://127.0.0.1:{port()}"
    variables.setdefault("DJANGO_SETTINGS_MODULE", "mapping.settings")
    return variables


def for_tests(database_url: str) -> dict[str, str]:
    """As `for_program`, but with the defaults of every setting that describes an installation."""
    values = {name: value for name, value in for_program(database_url).items() if name not in OF_ONE_INSTALLATION}
    return values | {"SITE_URL": "http://127.0.0.1:8000"}
