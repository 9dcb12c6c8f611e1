"""`mc_csv`: a text as one CSV cell, quoted; what a spreadsheet would take for a formula gets an apostrophe in front.

A text that already is apostrophes before a formula gets one more, so that taking one away restores every value.
"""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION mc_csv(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '"' || replace(CASE WHEN cell ~ '^''*\s*[=+\-@＝＋－＠]' OR cell ~ '^''*[\t\r\n]'
                             THEN '''' || cell ELSE cell END, '"', '""') || '"'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION mc_csv(text)")]
