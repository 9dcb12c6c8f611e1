"""Who stands behind a row of a register, and the acts it names. What may be a person's name is left out."""

import re
from datetime import date
from typing import Any

from django.utils.text import slugify

from commons.models import FormalAct, Pact, Signature
from neighbourhoods.records import imported_uid
from people.models import Organisation

PERSON = "persona fisica"
# A name is published only when one of these words says that it is a body's; "Maqueda Futura" may be, but does not say.
BODY = re.compile(
    r"(?<!\w)(associazione|comitato|onlus|a\.?p\.?s|o\.?d\.?v|ets|s\.? ?r\.? ?l|s\.? ?p\.? ?a|s\.a\.|societ[àa]|"
    r"cooperativa|fondazione|istituto|i\.m\.s|liceo|scuola|club|gruppo informale|movimento)(?!\w)",
    re.I,
)
TITLE = re.compile(r"(?<!\w)(sig|sig\.ra|dott|dott\.ssa|dr|avv|arch|ing|prof|presidente|rappresentante)(?!\w)", re.I)
DAY = r"(\d{1,2})[\s/.-]+(\d{1,2}|[a-z]+)[\s/.-]+(\d{4})"
MONTHS = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")
ACT = re.compile(
    r"(d\. ?d\. ?|determina(?:zione)? dirigenziale|delibera(?:zione)? di g\. ?[mc]\. ?)"
    r"\s*(?:n\.?\s*)?(\d+)\s+(?:del\s+)?" + DAY,
    re.I,
)
SIGNED = re.compile(r"sottoscritto in data\s+" + DAY, re.I)


def publishable(name: str, kind: str) -> tuple[str, str]:
    """The name that may be published, or none, and the code of a remark on what was left out."""
    if not name or kind.casefold() == PERSON:
        return "", "person-not-named" if name else ""
    if BODY.search(name) and not TITLE.search(name):
        return name[:200], ""
    return "", "group-not-named"


def organisation(said: dict[str, Any], name: str, kind: str) -> Organisation:
    """The organisation of this name in the register; made when it is not there, and never renamed."""
    key = slugify(name)[:200]
    values = {"name": name, "kind": kind, "uid": imported_uid(said["city"].slug, said["source"], key)}
    identity = {"city": said["city"], "source": said["source"], "source_id": key}
    return Organisation.objects.get_or_create(**identity, defaults=said | values)[0]


def sign(pact: Pact, group: Organisation | None, kind: str) -> None:
    """The civic side of a pact of a register, once: by its name, or only by its kind."""
    if not pact.signatures.filter(side=Signature.Side.CIVIC).exists():
        kind = kind or Signature.Kind.INFORMAL_GROUP
        pact.signatures.create(organisation=group, kind=kind, signed_on=pact.signed_on)


def record_acts(pact: Pact, text: str) -> list[FormalAct]:
    """The acts that a text names with number and date, recorded once each."""
    found = []
    for what, number, *day in ACT.findall(text):
        on = _date(*day)
        body = FormalAct.Body.GIUNTA if "deliber" in what.casefold() else FormalAct.Body.MANAGER
        if on:
            found.append(
                FormalAct.objects.get_or_create(city=pact.city, pact=pact, body=body, number=number, date=on)[0]
            )
    return found


def signed_on(text: str) -> date | None:
    """The day on which a text says that the pact was signed."""
    match = SIGNED.search(text)
    return _date(*match.groups()) if match else None


def _date(day: str, month: str, year: str) -> date | None:
    try:
        number = int(month) if month.isdigit() else MONTHS.index(month.casefold()[:3]) + 1
        return date(int(year), number, int(day))
    except ValueError:
        return None
