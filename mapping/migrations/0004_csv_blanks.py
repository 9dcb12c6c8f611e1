"""`mc_csv` sees a formula behind any blank or invisible character, in whatever locale the database has."""

from django.db import migrations

BLANK = r"[\x01-\x20\x7f\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
FORWARD = rf"""
CREATE OR REPLACE FUNCTION mc_csv(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '"' || replace(CASE WHEN cell ~ '^''*{BLANK}*[=+\-@＝＋－＠]' OR cell ~ '^''*[\t\r\n]'
                             THEN '''' || cell ELSE cell END, '"', '""') || '"'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0003_importrun")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
