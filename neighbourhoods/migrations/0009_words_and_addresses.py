"""How words are matched, and the doors of a city.

`mc_plain` makes what was written and what is asked the same: small letters without accents, apostrophes and signs;
a shortened kind of street at the beginning is written out. `mc_words` are the words of a text, as they are and by their
Italian stem. `mc_asked` is what must be among them: each word by its stem or as a beginning; little words ("di", "dell")
count only when there are no others. All three are IMMUTABLE, so that indexes may hold them: after a change of the
dictionary `unaccent` the indexes named `…_words` and `…_alike` are to be made again.
"""

import django.db.models.deletion
import neighbourhoods.constraints
import neighbourhoods.moments
import neighbourhoods.records
from django.contrib.gis.db import models
from django.db import migrations

FORWARD = r"""
CREATE TEXT SEARCH CONFIGURATION mc_italian (COPY = pg_catalog.italian);
ALTER TEXT SEARCH CONFIGURATION mc_italian
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH unaccent, italian_stem;

CREATE FUNCTION mc_plain(said text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE words text := trim(regexp_replace(lower(unaccent(said)),
  '[^a-z0-9\u00C0-\u1FFF\u2C00-\u2DFF\u3040-\uD7FF\uF900-\uFDFF]+', ' ', 'g'));
BEGIN
  -- A cheap look at the first word: the pattern is tried where it can fit.
  IF split_part(words, ' ', 1) = ANY ('{v,vle,vic,c,cso,p,pz,pza,pzz,pzza,ple,l,lgo,s,str,b}') THEN
    words := regexp_replace(words, '^v ?le ', 'viale ');
    words := regexp_replace(words, '^(vic|v lo) ', 'vicolo ');
    words := regexp_replace(words, '^v ', 'via ');
    words := regexp_replace(words, '^c ?so ', 'corso ');
    words := regexp_replace(words, '^p ?le ', 'piazzale ');
    words := regexp_replace(words, '^p tta ', 'piazzetta ');
    words := regexp_replace(words, '^p ?z{0,2}a? ', 'piazza ');
    words := regexp_replace(words, '^l ?go ', 'largo ');
    words := regexp_replace(words, '^(str|s da) ', 'strada ');
    words := regexp_replace(words, '^b go ', 'borgo ');
  END IF;
  RETURN words;
END $$;

CREATE FUNCTION mc_words(said text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE plain text := mc_plain(left(said, 100000));
BEGIN
  RETURN to_tsvector('mc_italian', plain) || to_tsvector('simple', plain);
END $$;

CREATE FUNCTION mc_asked(said text, beginnings boolean DEFAULT true) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path FROM CURRENT SET client_min_messages = warning AS $$
DECLARE word text; stem tsquery; itself tsquery; other text; asked tsquery; little tsquery;
BEGIN
  FOREACH word IN ARRAY string_to_array(mc_plain(said), ' ') LOOP
    CONTINUE WHEN to_tsvector('simple', word) = '';
    stem := plainto_tsquery('mc_italian', word);
    itself := to_tsquery('simple', quote_literal(word) || CASE WHEN beginnings THEN ':*' ELSE '' END);
    IF numnode(stem) > 0 AND word <> 'd' THEN
      itself := stem || itself;
      -- The stemmer leaves "orto" as it is and takes "melograno" for a verb: one and many are asked for by their ends.
      IF length(word) > 3 THEN
        FOREACH other IN ARRAY string_to_array(
          CASE right(word, 1) WHEN 'o' THEN 'i' WHEN 'a' THEN 'e' WHEN 'e' THEN 'a,i' WHEN 'i' THEN 'o,e' ELSE '' END, ',')
        LOOP
          itself := itself || plainto_tsquery('simple', left(word, -1) || other);
        END LOOP;
      END IF;
      asked := coalesce(asked && itself, itself);
    ELSE
      little := coalesce(little && itself, itself);
    END IF;
  END LOOP;
  RETURN coalesce(asked, little, ''::tsquery);
END $$;
"""
BACK = """
DROP FUNCTION mc_asked(text, boolean);
DROP FUNCTION mc_words(text) CASCADE;
DROP FUNCTION mc_plain(text) CASCADE;
DROP TEXT SEARCH CONFIGURATION mc_italian;
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0008_moments")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("hidden", "Hidden"), ("withdrawn", "Withdrawn")],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("example", models.BooleanField(default=False, verbose_name="example, not a fact")),
                ("language", models.CharField(default="it", max_length=2)),
                ("created_at", neighbourhoods.moments.Moment(auto_now_add=True)),
                ("updated_at", neighbourhoods.moments.Moment(auto_now=True)),
                ("source", models.SlugField(blank=True, db_index=False, max_length=100, verbose_name="source")),
                ("source_id", models.CharField(blank=True, max_length=200)),
                (
                    "source_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="where the facts come from"),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("CC0-1.0", "Public domain (CC0 1.0)"),
                            ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
                            ("CC-BY-3.0-IT", "Creative Commons Attribution 3.0 Italy"),
                            ("ODbL-1.0", "Open Database Licence 1.0"),
                        ],
                        default="CC-BY-4.0",
                        max_length=20,
                    ),
                ),
                ("attribution", models.CharField(blank=True, max_length=300)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "exact place"),
                            ("address", "at the street number"),
                            ("street", "somewhere along the street"),
                            ("approximate", "approximate place"),
                            ("schematic", "schematic drawing"),
                            ("none", "no place"),
                        ],
                        default="exact",
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="street")),
                ("number", models.CharField(max_length=20, verbose_name="house number")),
                ("place", models.PointField(srid=4326, verbose_name="place")),
                (
                    "label_point",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.F("place"),
                        output_field=models.PointField(spatial_index=False, srid=4326),
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_id", ""), _negated=True),
                        fields=("city", "source", "source_id"),
                        name="neighbourhoods_address_source_unique",
                    ),
                    *(
                        models.CheckConstraint(
                            condition=one.condition,
                            name=one.name % {"app_label": "neighbourhoods", "class": "address"},
                        )
                        for one in neighbourhoods.constraints.geometry_checks("place", ("POINT",))
                    ),
                ],
            },
        ),
    ]
