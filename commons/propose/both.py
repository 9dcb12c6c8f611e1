"""Two texts of one draft: which field each difference belongs to, and both sides in words."""

from typing import Any

from django.utils.translation import gettext as _

from commons.functions import Function
from commons.models import Resource
from commons.propose.drafts import Conflict
from commons.propose.forms import DraftForm
from commons.propose.place import said
from commons.propose.resources import BaseResources
from commons.qualities import Quality

GROUPS = {"address": "place", "building": "place", "precision": "place", "no_place": "place", "call": "leave_call",
          "initiative_route": "leave_call"}  # fmt: skip


def both_texts(form: DraftForm, rows: BaseResources | None, conflict: Conflict) -> list[dict[str, str]]:
    """For each field where two texts differ: its name, its label, mine and theirs as people read them."""
    theirs = conflict.theirs
    found, seen = [], set()
    values = form.values()
    for name in conflict.fields:
        group = GROUPS.get(name, name)
        if group in seen:
            continue
        seen.add(group)
        label = str(form.fields[group].label) if group in form.fields else group
        if group == "place":
            label = _("Where")
        if group == "resources":
            mine, other = (said_rows(rows.rows()) if rows else ""), said_rows(theirs.resources.values())
            label = _("What you bring and ask")
        else:
            mine, other = said_value(values.get(name), name), said_value(getattr(theirs, name, None), name)
        if name == "consent":
            mine, other = said_value(values[name], name), said_value(bool(theirs.consent_at), name)
        if name == "proposers":
            mine = ", ".join(str(one) for one in values[name])
            other = ", ".join(str(one) for one in theirs.proposers.all())
        found.append({"name": group, "label": label, "mine": mine, "theirs": other})
    return found


def said_value(value: Any, name: str) -> str:
    if name == "place":
        return said(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        words = dict((Function if name == "needed_functions" else Quality).choices)
        return ", ".join(str(words[one]) for one in value)
    return "" if value is None else str(value)


def said_rows(rows: Any) -> str:
    return "\n".join(
        " · ".join(filter(None, [
            str(Resource.Side(one["side"]).label), str(Resource.Kind(one["kind"]).label),
            "" if one["quantity"] is None else f"{one['quantity']:f}", one["words"],
        ]))
        for one in rows
    )  # fmt: skip
