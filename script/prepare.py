"""Run by the virtual environment's Python: is the database usable, are its tables there, is there a first city?

Exit code 1 with a sentence when the database is not usable.
"""

import sys
from pathlib import Path


def main(demo: bool) -> int:
    """Check, migrate, and with `demo` load the demonstration city into a database without any city."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command, get_commands
    from django.db import Error, connection

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"mappa-comune: A setting is wrong: {error}", file=sys.stderr)
        return 1
    try:
        connection.ensure_connection()
        _ensure_postgis()
    except Error as error:
        print(f"mappa-comune: The database of DATABASE_URL cannot be used: {str(error).strip()}", file=sys.stderr)
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    if demo and "demo" in get_commands() and _has_no_city():
        print("mappa-comune: First run: loading the demonstration city.", file=sys.stderr, flush=True)
        call_command("demo")
    return 0


def _ensure_postgis() -> None:
    """PostGIS in this database, created where the role may do so; raises the database's error where not."""
    from django.db import Error, connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        if cursor.fetchone():
            return
        try:
            cursor.execute("CREATE EXTENSION postgis")
        except Error as error:
            raise Error(
                f"it has no PostGIS, and creating it failed ({str(error).strip().splitlines()[0]}). On the database "
                "server install postgresql-NN-postgis-3, then as its superuser run CREATE EXTENSION postgis in it."
            ) from error


def _has_no_city() -> bool:
    """Whether the installation is empty; true also before the program knows cities."""
    from django.apps import apps

    try:
        city = apps.get_model("neighbourhoods", "City")
    except LookupError:
        return False
    return not city._default_manager.exists()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    sys.exit(main(demo="--demo" in sys.argv[1:]))
