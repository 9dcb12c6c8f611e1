"""The one writer of a state: `advance()`. It locks the row, asks the table of moves, writes, appends a Step and tells
people. A database trigger refuses every other way."""

from datetime import datetime
from typing import Any

from django.contrib.gis.db import models
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.lifecycle import INITIAL, MACHINES, Move, find_move, leads, way_of
from commons.refusals import Missing, NotAllowed, NotPossible, Refused
from commons.requirements import REQUIREMENTS
from people.roles import Role, roles_in


class Moving(models.Model):
    """What a proposal and a pact share: a state, its history, and the moves that are open from here."""

    machine = ""

    class Meta:
        abstract = True

    def moves(self) -> list[Move]:
        """The moves that lead from here in this city's procedure, in the order of the table."""
        way = way_of(self.city.profile, self.complexity)
        return [move for move in MACHINES[self.machine] if leads(move, self.state, way)]

    def roles_of(self, user: Any) -> set[Role]:
        """What a person is to this record: granted roles that reach it, and those that follow from facts."""
        shares = {key for pairs in self.shares.values() for key, _share in pairs} if self.shares else set()
        territories = frozenset(filter(None, {self.neighbourhood_id, self.district_id, *shares}))
        house = self.house.uid if self.house_id else ""
        roles = roles_in(user, self.city, territories, house)
        return roles | self._roles_by_fact(user) if Role.RESIDENT in roles else roles

    def _roles_by_fact(self, user: Any) -> set[Role]:
        from people.models import Membership

        found = {Role.PROPOSER} if getattr(self, "author_id", None) == user.pk else set()
        if self.machine == "proposal":
            mine = self.collaborators.filter(user=user, state="accepted", part="coauthor")
            found |= {Role.COAUTHOR} if mine.exists() else set()
        elif self.proposals.filter(author=user).exists():
            found.add(Role.PROPOSER)
        groups = self.proposers if self.machine == "proposal" else self.signatories
        belongs = user.memberships.filter(organisation__in=groups.all(), state=Membership.State.ACTIVE)
        parts = set(belongs.values_list("role", flat=True))
        found |= {Role.REPRESENTATIVE, Role.MEMBER} if Membership.Part.REPRESENTATIVE in parts else set()
        return found | ({Role.MEMBER} if parts else set())

    def open_to(self, user: Any) -> list[Move]:
        """The moves that this person may make now, whether or not everything needed is there."""
        roles = self.roles_of(user)
        return [move for move in self.moves() if not self._refusal(move, roles)]

    def missing_for(self, move: Move, **given: Any) -> list[Missing]:
        """What a move still needs, in plain words; `given` are values that would be written with it."""
        for name, value in given.items():
            setattr(self, name, value)
        found = [missing for name in move.needs for missing in REQUIREMENTS[name](self)]
        return found

    def _refusal(self, move: Move, roles: set[Role]) -> str:
        """Why these roles may not make the move; empty when they may."""
        allowed = roles & set(move.by)
        if not allowed:
            return _("This step is not yours to take.")
        party = roles & {Role.PROPOSER, Role.REPRESENTATIVE, Role.COAUTHOR}
        judges = not set(move.by) & {Role.PROPOSER, Role.REPRESENTATIVE, Role.COAUTHOR}
        if party and judges:
            return _("You cannot decide on what is yours: somebody else of the office has to.")
        return ""

    @transaction.atomic
    def advance(self, name: str, *, by: Any = None, note: str = "", clock: bool = False, **given: Any) -> Any:
        """Makes a move and returns its Step. `given` are the move's own fields; `clock` is the calendar moving it.

        Raises NotPossible (409) when the move does not lead from the state the row has now, NotAllowed (403) when
        this person may not, Refused (400) with what is missing otherwise. Nothing is written unless all is.
        """
        locked = type(self).objects.select_for_update(of=("self",)).select_related("city").get(pk=self.pk)
        move = find_move(self.machine, name)
        if move not in locked.moves() or Role.IMPORTER in move.by:
            said = {"state": locked.get_state_display()}
            raise NotPossible(_("It is now: %(state)s. This step does not lead from there.") % said)
        roles = {Role.CLOCK} if clock else locked.roles_of(by)
        if why := locked._refusal(move, roles):
            raise NotAllowed(why)
        if strange := set(given) - set(move.fields):
            raise Refused([Missing(field, _("This does not belong to the step.")) for field in sorted(strange)])
        missing = locked.missing_for(move, **given)
        if move.note and not note.strip():
            missing.append(Missing("note", _("Write why, in words that the other side will read.")))
        if missing:
            raise Refused(missing)
        role = next(role for role in move.by if role in roles)
        step = locked._write(move, by if not clock else None, role, note.strip(), list(given))
        self.refresh_from_db()
        return step

    def _write(self, move: Move, actor: Any, role: Role, note: str, fields: list[str]) -> Any:
        from commons.effects import after
        from commons.models.steps import Step

        now, source = timezone.now(), self.state
        permit()
        step = Step.objects.create(
            **{self.machine: self}, move=move.name, source_state=source, target_state=move.target, actor=actor,
            role=role, note=note,
        )  # fmt: skip
        self.state, self.state_since = move.target, now
        self._publish(now)
        self.save(update_fields=[*fields, "state", "state_since", "public_since", "text_public", "updated_at"])
        after(self, move, step)
        permit("")
        return step

    def _publish(self, now: datetime) -> None:
        """What the new state makes public stays public: what people have read cannot be unread."""
        if self.state not in self.NOT_PUBLIC and (self.public_since or self.state != "withdrawn"):
            self.public_since = self.public_since or now
        self.text_public = self.text_public or self.state in self.TEXT_OPEN


def permit(what: str = "advance") -> None:
    """Tells the database's triggers, until the end of the transaction, that `advance()` or a register writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mappa.move', %s, true)", [what])


@transaction.atomic
def record_states(model: type[models.Model], keys: list[int], note: str = "") -> int:
    """Writes the `recorded` step of imported records whose state has none yet, or is another than the last recorded.

    The records must have a source. Returns how many steps were written. One statement each for steps and records.
    """
    table, machine = model._meta.db_table, model.machine
    permit("record")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH last AS (SELECT DISTINCT ON ({machine}_id) {machine}_id AS id, target_state FROM commons_step s
                              WHERE {machine}_id = ANY(%(keys)s) ORDER BY {machine}_id, s.id DESC)
            INSERT INTO commons_step ({machine}_id, move, source_state, target_state, role, at, note)
            SELECT r.id, 'recorded', coalesce(last.target_state, ''), r.state, 'importer', now(), %(note)s
            FROM {table} r LEFT JOIN last USING (id)
            WHERE r.id = ANY(%(keys)s) AND r.state IS DISTINCT FROM coalesce(last.target_state, %(initial)s)""",
            {"keys": keys, "note": note, "initial": INITIAL[machine]},
        )
        written = cursor.rowcount
        cursor.execute(
            f"""UPDATE {table} SET state_since = coalesce(state_since, now()), public_since = now(), text_public = true
            WHERE id = ANY(%(keys)s) AND public_since IS NULL AND NOT state = ANY(%(hidden)s)""",
            {"keys": keys, "hidden": [str(state) for state in model.NOT_PUBLIC]},
        )
    permit("")
    return written
