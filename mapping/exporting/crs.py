"""Which coordinate systems an export may be asked in."""

from mapping.catalogue import crs_list
from mapping.formats import FileFormat, Format
from mapping.query import Query, bad


def check_crs(query: Query, form: Format | FileFormat) -> None:
    """Refuses a CRS that this format or this installation does not offer."""
    if query.crs == "CRS84":
        return
    if not form.any_crs:
        raise bad("crs", f"{form.suffix} is always CRS84")
    if query.crs not in crs_list():
        raise bad("crs", f"must be one of {', '.join(crs_list())}")
