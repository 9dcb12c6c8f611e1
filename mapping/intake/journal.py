"""What an import changes, kept by triggers: no way of writing can forget it, and undoing needs to know no way.

While `mappa.run` holds the number of an ImportRun (from `begin()` to `end()` or the end of the transaction), every row
that is inserted, updated or deleted in these tables leaves an ImportChange. At all other times the triggers do nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, connections
from django.db.models import Model

from commons.models import Building, FormalAct, House, Pact, Proposal, Signature
from neighbourhoods.models import Neighbourhood, Partition, Street, Water
from people.models import Organisation

# Written by the database for every record, or different each time: no part of what a person could have changed.
COMPUTED = ("label_point", "neighbourhood_id", "district_id", "placement", "shares", "updated_at")

FUNCTION = """
CREATE OR REPLACE FUNCTION mc_journal() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE run bigint := nullif(current_setting('mappa.run', true), '')::bigint;
        was text := replace(TG_ARGV[0], '%', 'o'); now_is text := replace(TG_ARGV[1], '%', 'n');
        into_it text := 'INSERT INTO mapping_importchange (run_id, relation, record, before, digest) SELECT $1, $2, ';
BEGIN
  IF run IS NULL THEN RETURN NULL; END IF;
  IF TG_OP = 'INSERT' THEN
    EXECUTE into_it || 'n.id, NULL, ' || now_is || ' FROM added n' USING run, TG_TABLE_NAME;
  ELSIF TG_OP = 'UPDATE' THEN
    EXECUTE into_it || 'n.id, ' || was || ', ' || now_is || ' FROM removed o JOIN added n USING (id)'
      USING run, TG_TABLE_NAME;
  ELSE
    EXECUTE into_it || 'o.id, ' || was || ', $3 FROM removed o' USING run, TG_TABLE_NAME, '';
  END IF;
  RETURN NULL;
END $$;
"""
TABLES = {"INSERT": "NEW TABLE AS added", "DELETE": "OLD TABLE AS removed"}
TABLES["UPDATE"] = f"{TABLES['INSERT']} {TABLES['DELETE']}"


@dataclass(frozen=True)
class Kept:
    """One table whose rows an import may write. `place` is its geometry column. `withdrawn` says how a row that an
    import made goes away again: published records are withdrawn, the rest is deleted."""

    table: str
    columns: tuple[str, ...] = ()
    place: str = ""
    secret: tuple[str, ...] = ()
    withdrawn: bool = False

    @classmethod
    def of(cls, model: type[Model]) -> "Kept":
        names = {field.name for field in model._meta.concrete_fields}
        place = next((name for name in ("place", "boundary") if name in names), "")
        policies = getattr(model, "PERSONAL", {})
        secret = tuple(
            model._meta.get_field(name).column for name, policy in policies.items() if policy in {"blank", "delete"}
        )
        left_out = {"id", *COMPUTED, *secret}
        columns = tuple(field.column for field in model._meta.concrete_fields if field.column not in left_out)
        return cls(model._meta.db_table, columns, place, secret, "visibility" in names)

    def whole(self, alias: str) -> str:
        """SQL of a row as JSON, its place exact to the last bit."""
        secret = f" - ARRAY[{', '.join(map(repr, self.secret))}]::text[]" if self.secret else ""
        exact = f" || jsonb_build_object('{self.place}', {alias}.{self.place}::text)" if self.place else ""
        return f"(to_jsonb({alias}){secret}){exact}"

    def digest(self, alias: str) -> str:
        """SQL of a fingerprint of what a person could change in a row."""
        return f"md5(row({', '.join(f'{alias}.{name}' for name in self.columns)})::text)"


# In the order in which what was made goes away: what points before what it points at.
JOURNALED = (
    Kept.of(Proposal.proposers.through), Kept.of(Signature), Kept.of(FormalAct), Kept.of(Proposal), Kept.of(Pact),
    Kept.of(Building), Kept.of(House), Kept.of(Organisation), Kept.of(Street), Kept.of(Water), Kept.of(Neighbourhood),
    Kept.of(Partition),
)  # fmt: skip


def begin() -> int:
    """From here on what this transaction writes is kept; the number that the ImportRun must take."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('mapping_importrun', 'id'))")
        (number,) = cursor.fetchone()
        cursor.execute("SELECT set_config('mappa.run', %s, true)", [str(number)])
    return number


def end() -> None:
    """What follows in this transaction is nobody's import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mappa.run', '', true)")


def install_journal(using: str = "default", kept: Iterable[Kept] = JOURNALED) -> None:
    """Makes these tables keep what imports change in them. Safe to repeat."""
    with connections[using].cursor() as cursor:
        cursor.execute(FUNCTION)
        for one in kept:
            for event, tables in TABLES.items():
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER mc_journal_{event.lower()} AFTER {event} ON {one.table} "
                    f"REFERENCING {tables} FOR EACH STATEMENT "
                    f"WHEN (coalesce(current_setting('mappa.run', true), '') <> '') "
                    f"EXECUTE FUNCTION mc_journal(%s, %s)",
                    [one.whole("%"), one.digest("%")],
                )
