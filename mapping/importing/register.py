"""A city's register of proposals and pacts: every row is the one or the other, by the state that it tells.

A natural person is never named: of who represents a proposal only what is clearly the name of an organisation is kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commons.models import Pact, Proposal
from commons.models.moving import permit, record_states
from mapping.importing import parties
from mapping.importing.apply import Store
from mapping.importing.check import Candidate, Plan, candidates
from mapping.importing.child import Reading, Record
from mapping.importing.columns import as_text
from mapping.importing.identity import Identity
from mapping.importing.messages import ImportRefused
from mapping.importing.places import Frame
from mapping.importing.report import Report, RowRemark
from mapping.importing.targets import TARGETS
from neighbourhoods.models import City
from neighbourhoods.records import imported_uid

COUNTS = ("created", "updated", "unchanged", "rejected", "gone")
PACT_ENDING = "-patto"  # a proposal and the pact that it became share a row, never an identifier
AREA_LENGTH = 200


@dataclass(frozen=True)
class Register:
    """How a register is read. `states`: what it writes, in lower case → our layer and state. `kinds`: its words for who
    proposes → the kind of an organisation and the kind of a signature. The others are names of columns."""

    states: Mapping[str, tuple[str, str]]
    state: str
    kinds: Mapping[str, tuple[str, str]]
    kind: str
    group: str
    remarks: str
    area: tuple[str, ...]

    def columns(self) -> dict[str, str]:
        """Field → column, as the report shows them."""
        return {
            "state": self.state, "people_involved": self.kind, "proposers": self.group, "acts": self.remarks,
            "typed_area": ", ".join(self.area),
        }  # fmt: skip


@dataclass
class Work:
    """One reading of a register, with everything that its steps need."""

    register: Register
    city: City
    source: str
    reading: Reading
    identity: Identity
    mapping: dict[str, str]
    constants: dict[str, Any]
    frame: Frame
    note: str

    def of(self, record: Record, column: str) -> str:
        """What stands in a column, without spaces at its ends or doubled inside."""
        return " ".join(as_text(record.properties.get(column)).split())

    def goes_to(self, record: Record) -> tuple[str, str]:
        """The layer and the state of a row; both empty when its state is not in the table."""
        return self.register.states.get(self.of(record, self.register.state).casefold(), ("", ""))


def write(work: Work, loaded: dict[int, Any], close: bool, report: Report) -> None:
    """Writes every row into its layer, with who proposes it and the acts it names; the report holds both together."""
    _complete(work)
    report.mapping = work.mapping | work.register.columns()
    report.identity = work.identity.rule
    used = {*work.mapping.values(), *work.register.columns().values(), *work.register.area}
    used |= {*work.reading.place_columns, work.identity.rule.removeprefix("column:")}
    report.unused_columns = [name for name in work.reading.fields if name not in used]
    _reject(work)
    everything = {work.identity.of(record) for record in work.reading.records}
    for layer in ("proposals", "pacts"):
        rows = [one for one in work.reading.records if (work.goes_to(one)[0] or "proposals") == layer]
        _layer(work, layer, rows, everything, loaded, close, report)
    if report.rejected == report.rows_in and not report.dry_run:
        raise ImportRefused("nothing-applied")
    _say_states(work, report)


def _complete(work: Work) -> None:
    wanted = [work.identity.rule.removeprefix("column:"), work.register.state, *work.mapping.values()]
    for column in wanted:
        if column not in work.reading.fields:
            raise ImportRefused("column-unknown", column=column, columns=", ".join(work.reading.fields[:60]))


def _reject(work: Work) -> None:
    """Marks the rows that stay out: a state that is not in the table, an identifier for the second time, a pact that
    the register takes for a proposal again."""
    pacts = Pact.objects.filter(city=work.city, source=work.source).values_list("source_id", flat=True)
    known, first = set(pacts), {}
    for record in work.reading.records:
        key, (layer, _state) = work.identity.of(record), work.goes_to(record)
        if record.rejected:
            continue
        if not layer:
            said = work.of(record, work.register.state)[:80]
            record.rejected = ("value-not-known", {"column": work.register.state, "value": said})
        elif key and key in first:
            record.rejected = ("id-duplicate", {"id": key, "first": first[key]})
        elif layer == "proposals" and key + PACT_ENDING in known:
            record.rejected = ("register-backwards", {})
        first.setdefault(key, record.number)


def _layer(
    work: Work, layer: str, rows: list[Record], everything: set[str], loaded: dict, close: bool, report: Report
) -> None:
    ending = PACT_ENDING if layer == "pacts" else ""
    identity = Identity(work.identity.rule, lambda record: (key := work.identity.of(record)) and key + ending)
    part = Report(layer=layer, dry_run=report.dry_run)
    reading = Reading(work.reading.name, work.reading.sha256, records=rows)
    plan = Plan(TARGETS[layer], work.mapping, identity, work.frame, work.constants, str(TARGETS[layer].noun))
    found, _keys = candidates(reading, plan, loaded, part)
    by_key = {identity.of(record): record for record in rows if not record.rejected}
    for candidate in found:
        candidate.values |= _values(work, layer, by_key[candidate.key])
    store = Store(TARGETS[layer], work.city, work.source)
    store.note = work.note
    store.write(found, False, part)
    store.gone({key + ending for key in everything}, False, close, part)
    _parties(work, store, found, by_key, part)
    report.rows_in += part.rows_in
    report.remarks += part.remarks
    report.notices += part.notices
    for name in COUNTS:
        setattr(report, name, getattr(report, name) + getattr(part, name))


def _values(work: Work, layer: str, record: Record) -> dict[str, Any]:
    """What the register says in its own way: the state, the area as it was typed, what kind of subject proposes."""
    area = list(dict.fromkeys(filter(None, (work.of(record, column) for column in work.register.area))))
    values = {"state": work.goes_to(record)[1], "typed_area": ", ".join(area)[:AREA_LENGTH]}
    if layer == "proposals":
        return values | {"people_involved": work.of(record, work.register.kind)}
    return values | {"signed_on": parties.signed_on(work.of(record, work.register.remarks))}


def _parties(work: Work, store: Store, found: Iterable[Candidate], by_key: dict[str, Record], report: Report) -> None:
    """Who proposes or has signed, the acts, and the proposal that a pact was when the register was read before."""
    stored = {record.source_id: record for record in store.scope().defer("place", "label_point")}
    for candidate in found:
        row, record = by_key[candidate.key], stored[candidate.key]
        kind = work.of(row, work.register.kind)
        group, left_out = parties.publishable(work.of(row, work.register.group), kind)
        organisation_kind, signature_kind = work.register.kinds.get(kind.casefold(), ("", ""))
        said = {"city": work.city, "source": work.source, **work.constants}
        organisation = parties.organisation(said, group, organisation_kind) if group else None
        remarks = [left_out] if left_out else []
        if isinstance(record, Proposal):
            record.proposers.set([organisation] if organisation else [])
        else:
            parties.sign(record, organisation, signature_kind)
            acts = parties.record_acts(record, work.of(row, work.register.remarks))
            remarks += [] if acts else ["register-without-act"]
            _became(work, record, candidate.key.removesuffix(PACT_ENDING))
        report.remarks += [RowRemark(row.number, candidate.key, "repaired", code) for code in remarks]


def _became(work: Work, pact: Pact, key: str) -> None:
    """The proposal of the same row, from an earlier edition of the register, was approved and became this pact."""
    uid = imported_uid(work.city.slug, work.source, key)
    proposal = Proposal.objects.filter(uid=uid, pact=None).first()
    if proposal is None:
        return
    permit("record")
    untouched = not proposal.steps.exclude(move="recorded").exists()
    state = Proposal.State.APPROVED if untouched else proposal.state
    Proposal.objects.filter(pk=proposal.pk).update(pact=pact, state=state)
    if untouched:
        record_states(Proposal, [proposal.pk], work.note)


def _say_states(work: Work, report: Report) -> None:
    """How each state of the register was understood, and of how many rows."""
    rows = Counter(work.of(record, work.register.state) for record in work.reading.records if not record.rejected)
    for written, number in rows.most_common():
        layer, state = work.register.states[re.sub(r"\s+", " ", written).casefold()]
        target = TARGETS[layer]
        label = dict(target.model.State.choices)[state]
        said = {"written": written, "layer": str(target.noun), "state": str(label), "count": number}
        report.notices.append(("register-state", said))
