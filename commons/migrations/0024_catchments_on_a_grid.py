"""The computed ground of a house is told to a billionth of a degree (a tenth of a millimetre).

Turned back from metres, its corners had noise in the last digit of a double, and GEOS gave up ("side location
conflict") where a drawn area met such an edge.
"""

from django.db import migrations

FINER, ROUNDED = "ST_MakeValid(f.area, ''method=structure'')", "ST_ReducePrecision({}, 1e-9)"
REPLACE = """
DO $do$ BEGIN
  EXECUTE replace(pg_get_functiondef('mc_redraw(bigint)'::regprocedure), '{before}', '{after}');
END $do$
"""
REDRAW = "SELECT mc_redraw(id) FROM neighbourhoods_city"


class Migration(migrations.Migration):
    dependencies = [("commons", "0023_figures")]

    operations = [
        migrations.RunSQL(
            REPLACE.format(before=FINER, after=ROUNDED.format(FINER)),
            REPLACE.format(before=ROUNDED.format(FINER), after=FINER),
        ),
        migrations.RunSQL(REDRAW, migrations.RunSQL.noop),
    ]
