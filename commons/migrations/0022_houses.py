"""Functions of places, rooms and desks of houses, and the catchments, which the database draws itself.

`mc_ground(city)` is the ground of a city: its neighbourhoods in force, else its districts, else its envelope.
`mc_redraw(city)` writes the catchments: as drawn, and for houses without a drawing the ground nearest to each that no
drawing covers (Voronoi cells in metres of the UTM zone). Houses that stand within a metre share one cell and name each
other. Triggers call it when houses or boundaries change. A catchment that mostly lies outside the ground is refused.
"""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import neighbourhoods.constraints
import neighbourhoods.moments
import neighbourhoods.records
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION mc_utm(g geometry) RETURNS int LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
  SELECT 32601 + least(59, floor((ST_X(ST_Centroid(g)) + 180) / 6)::int)
$$;

CREATE FUNCTION mc_ground(city bigint) RETURNS geometry LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce(
    (SELECT ST_Union(n.boundary ORDER BY n.code, n.id) FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p
       ON p.id = n.partition_id WHERE p.city_id = city AND p.role = 'primary' AND p.current AND n.visibility = 'public'),
    (SELECT ST_Union(n.boundary ORDER BY n.code, n.id) FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p
       ON p.id = n.partition_id WHERE p.city_id = city AND p.role = 'district' AND p.current AND n.visibility = 'public'),
    (SELECT c.envelope FROM neighbourhoods_city c WHERE c.id = city))
$$;

CREATE FUNCTION mc_redraw(of_city bigint) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE ground geometry; rest geometry; utm int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('commons_catchment'), of_city::int);
  IF NOT EXISTS (SELECT FROM commons_house WHERE city_id = of_city) THEN RETURN; END IF;
  SELECT mc_utm(envelope) INTO utm FROM neighbourhoods_city WHERE id = of_city;
  ground := ST_Transform(mc_ground(of_city), utm);
  SELECT coalesce(ST_Difference(ground, ST_Union(ST_Transform(h.catchment, utm) ORDER BY h.uid)), ground) INTO rest
    FROM commons_house h WHERE h.city_id = of_city AND h.status = 'open' AND h.visibility = 'public'
     AND h.catchment IS NOT NULL;
  WITH open AS MATERIALIZED (
    SELECT h.*, ST_SnapToGrid(ST_Transform(h.label_point, utm), 1) AS spot FROM commons_house h
    WHERE h.city_id = of_city AND h.status = 'open' AND h.visibility = 'public'
      AND (h.catchment IS NOT NULL OR h.label_point IS NOT NULL)),
  spots AS (SELECT o.spot, array_agg(o.id) AS ids FROM open o WHERE o.catchment IS NULL GROUP BY o.spot),
  cells AS (
    SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(s.spot ORDER BY s.spot), 0, ST_Expand(ST_Envelope(ground), 1000)))).geom AS g
      FROM spots s HAVING count(*) > 1
    UNION ALL SELECT ST_Expand(ST_Envelope(ST_Collect(ground, ST_Collect(s.spot))), 1000) FROM spots s
      HAVING count(*) = 1),
  pieces AS MATERIALIZED (SELECT d.geom AS g, d.path AS n FROM ST_Dump(rest) d),
  parts AS (
    SELECT s.spot, s.ids, ST_Union(ST_Intersection(c.g, p.g) ORDER BY p.n) AS g
      FROM spots s JOIN cells c ON ST_Intersects(c.g, s.spot) JOIN pieces p ON ST_Intersects(c.g, p.g)
      GROUP BY s.spot, s.ids),
  found AS (
    SELECT o.id, 'drawn' AS kind, o.catchment AS area, '{}'::bigint[] AS ids FROM open o WHERE o.catchment IS NOT NULL
    UNION ALL
    SELECT o.id, 'nearest', ST_Transform(t.g, 4326), t.ids FROM parts t JOIN open o ON o.id = ANY(t.ids)),
  clean AS (
    SELECT f.id, f.kind, f.ids,
      CASE f.kind WHEN 'drawn' THEN f.area ELSE ST_ForcePolygonCCW(ST_Normalize(ST_Multi(
        ST_CollectionExtract(ST_MakeValid(f.area, 'method=structure'), 3)))) END AS area
    FROM found f),
  written AS (
    INSERT INTO commons_catchment AS c (uid, visibility, example, language, created_at, updated_at, city_id, source,
        source_id, source_note, licence, attribution, precision, house_id, name, kind, area, shared_with)
    SELECT md5(o.uid || '/catchment')::uuid::text, 'public', o.example, o.language, o.created_at, o.updated_at,
        o.city_id, '', '', o.source_note, o.licence, o.attribution,
        CASE f.kind WHEN 'drawn' THEN 'exact' ELSE o.precision END, o.id, o.name, f.kind, f.area,
        ARRAY(SELECT p.name FROM open p WHERE p.id = ANY(f.ids) AND p.id <> o.id ORDER BY p.name, p.id)
    FROM clean f JOIN open o ON o.id = f.id WHERE NOT ST_IsEmpty(f.area) ORDER BY o.id
    ON CONFLICT (house_id) DO UPDATE SET visibility = 'public', example = excluded.example,
        language = excluded.language, updated_at = excluded.updated_at, city_id = excluded.city_id,
        source_note = excluded.source_note, licence = excluded.licence, attribution = excluded.attribution,
        precision = excluded.precision, name = excluded.name, kind = excluded.kind, area = excluded.area,
        shared_with = excluded.shared_with
      WHERE (c.visibility, c.example, c.language, c.updated_at, c.city_id, c.source_note, c.licence, c.attribution,
             c.precision, c.name, c.kind, c.area, c.shared_with) IS DISTINCT FROM
            ('public', excluded.example, excluded.language, excluded.updated_at, excluded.city_id,
             excluded.source_note, excluded.licence, excluded.attribution, excluded.precision, excluded.name,
             excluded.kind, excluded.area, excluded.shared_with))
  UPDATE commons_catchment c SET visibility = 'hidden'
   WHERE c.city_id = of_city AND c.visibility = 'public'
     AND c.house_id NOT IN (SELECT f.id FROM clean f WHERE NOT ST_IsEmpty(f.area));
END $$;

CREATE FUNCTION mc_houses_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE one bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    FOR one IN
      SELECT DISTINCT t.city FROM changed n JOIN were o ON o.id = n.id, unnest(ARRAY[n.city_id, o.city_id]) AS t(city)
      WHERE (n.city_id, n.name, n.status, n.visibility, n.place, n.catchment, n.example, n.language, n.source_note,
             n.licence, n.attribution, n.precision, n.updated_at) IS DISTINCT FROM
            (o.city_id, o.name, o.status, o.visibility, o.place, o.catchment, o.example, o.language, o.source_note,
             o.licence, o.attribution, o.precision, o.updated_at) ORDER BY 1
    LOOP PERFORM mc_redraw(one); END LOOP;
  ELSE
    FOR one IN SELECT DISTINCT c.city_id FROM changed c ORDER BY 1 LOOP PERFORM mc_redraw(one); END LOOP;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION mc_ground_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT DISTINCT c.city_id FROM changed c ORDER BY 1 LOOP PERFORM mc_redraw(one); END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION mc_catchment_here() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.catchment IS NOT NULL AND ST_IsValid(NEW.catchment) THEN
    NEW.catchment := ST_ForcePolygonCCW(NEW.catchment);
    IF mc_share_here(NEW.city_id, NEW.catchment) < 0.5 THEN
      RAISE check_violation USING MESSAGE = 'the catchment lies outside the city of its house',
        CONSTRAINT = 'catchment_in_city';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION mc_share_here(city bigint, g geometry) RETURNS double precision
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce(ST_Area(ST_Intersection(mc_ground(city), g)) / nullif(ST_Area(g), 0), 0)
$$;

CREATE TRIGGER mc_catchment_here BEFORE INSERT OR UPDATE OF catchment, city_id ON commons_house
  FOR EACH ROW EXECUTE FUNCTION mc_catchment_here();
CREATE TRIGGER mc_redraw_insert AFTER INSERT ON commons_house
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mc_houses_changed();
CREATE TRIGGER mc_redraw_update AFTER UPDATE ON commons_house
  REFERENCING NEW TABLE AS changed OLD TABLE AS were FOR EACH STATEMENT EXECUTE FUNCTION mc_houses_changed();
CREATE TRIGGER mc_redraw_delete AFTER DELETE ON commons_house
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mc_houses_changed();
"""
TRIGGERS = [
    f"""CREATE TRIGGER mc_redraw_{event.lower()} AFTER {event} ON {table}
        REFERENCING {"OLD" if event == "DELETE" else "NEW"} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION mc_ground_changed();"""
    for table in ("neighbourhoods_neighbourhood", "neighbourhoods_partition")
    for event in ("INSERT", "UPDATE", "DELETE")
]
# What stands already is drawn once.
FIRST = """SELECT mc_redraw(id) FROM neighbourhoods_city;"""
BACKWARD = """
DROP FUNCTION mc_houses_changed() CASCADE; DROP FUNCTION mc_ground_changed() CASCADE;
DROP FUNCTION mc_catchment_here() CASCADE; DROP FUNCTION mc_share_here(bigint, geometry);
DROP FUNCTION mc_redraw(bigint); DROP FUNCTION mc_ground(bigint); DROP FUNCTION mc_utm(geometry);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commons", "0021_portal"),
        ("neighbourhoods", "0009_words_and_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="building",
            name="could_host",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("study", "Exhibitions, conferences, study"),
                        ("offices", "Offices and shared work"),
                        ("design", "Designing courses and events together"),
                        ("practice", "Good practice: garden, repair café, reuse"),
                        ("convivial", "Eating and meeting: bar, shared kitchen"),
                        ("outdoors", "Outdoor space for many uses"),
                        ("guests", "Artists' residence, guest rooms"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="what it could host",
            ),
        ),
        migrations.AddField(
            model_name="house",
            name="hosts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("study", "Exhibitions, conferences, study"),
                        ("offices", "Offices and shared work"),
                        ("design", "Designing courses and events together"),
                        ("practice", "Good practice: garden, repair café, reuse"),
                        ("convivial", "Eating and meeting: bar, shared kitchen"),
                        ("outdoors", "Outdoor space for many uses"),
                        ("guests", "Artists' residence, guest rooms"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="what it hosts",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="needed_functions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("study", "Exhibitions, conferences, study"),
                        ("offices", "Offices and shared work"),
                        ("design", "Designing courses and events together"),
                        ("practice", "Good practice: garden, repair café, reuse"),
                        ("convivial", "Eating and meeting: bar, shared kitchen"),
                        ("outdoors", "Outdoor space for many uses"),
                        ("guests", "Artists' residence, guest rooms"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="what it needs a place for",
            ),
        ),
        migrations.CreateModel(
            name="HelpDesk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("opening_hours", models.CharField(blank=True, max_length=300, verbose_name="opening hours")),
                ("description", models.TextField(blank=True, max_length=1000, verbose_name="what it helps with")),
                ("how_to_book", models.CharField(blank=True, max_length=300, verbose_name="how to come")),
                (
                    "house",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="desks", to="commons.house"
                    ),
                ),
            ],
            options={
                "verbose_name": "desk of a house",
                "verbose_name_plural": "desks of a house",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Space",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="how many people",
                    ),
                ),
                (
                    "area",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="area (m²)",
                    ),
                ),
                (
                    "step_free",
                    models.CharField(
                        choices=[
                            ("yes", "Step-free"),
                            ("partly", "Partly step-free"),
                            ("no", "Steps at the entrance"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="step-free access",
                    ),
                ),
                (
                    "functions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("study", "Exhibitions, conferences, study"),
                                ("offices", "Offices and shared work"),
                                ("design", "Designing courses and events together"),
                                ("practice", "Good practice: garden, repair café, reuse"),
                                ("convivial", "Eating and meeting: bar, shared kitchen"),
                                ("outdoors", "Outdoor space for many uses"),
                                ("guests", "Artists' residence, guest rooms"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what it is for",
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=1000, verbose_name="what is in it")),
                (
                    "house",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="spaces", to="commons.house"
                    ),
                ),
            ],
            options={
                "verbose_name": "space",
                "verbose_name_plural": "spaces",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Catchment",
            fields=[
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
                ("name", models.CharField(editable=False, max_length=200, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("drawn", "Drawn by the house"), ("nearest", "Nearest house, as the crow flies")],
                        editable=False,
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "area",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        editable=False, null=True, srid=4326, verbose_name="area"
                    ),
                ),
                (
                    "label_point",
                    models.GeneratedField(
                        db_persist=True,
                        expression=neighbourhoods.constraints.PointOnSurface("area"),
                        output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=4326),
                    ),
                ),
                (
                    "shared_with",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, editable=False, size=None
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "house",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reach",
                        serialize=False,
                        to="commons.house",
                    ),
                ),
            ],
            options={
                "verbose_name": "catchment",
                "verbose_name_plural": "catchments",
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(fields=["label_point"], name="commons_catchment_label")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_id", ""), _negated=True),
                        fields=("city", "source", "source_id"),
                        name="commons_catchment_source_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(neighbourhoods.constraints.IsValid(models.F("area"))),
                        name="commons_catchment_area_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(neighbourhoods.constraints.IsEmpty(models.F("area")), False)
                        ),
                        name="commons_catchment_area_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                neighbourhoods.constraints.XMin(models.F("area")), -180.0
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                neighbourhoods.constraints.XMax(models.F("area")), -180.0
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                neighbourhoods.constraints.XMin(models.F("area")), 180.0
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                neighbourhoods.constraints.XMax(models.F("area")), 180.0
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                neighbourhoods.constraints.YMin(models.F("area")), -90.0
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                neighbourhoods.constraints.YMax(models.F("area")), -90.0
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                neighbourhoods.constraints.YMin(models.F("area")), 90.0
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                neighbourhoods.constraints.YMax(models.F("area")), 90.0
                            ),
                        ),
                        name="commons_catchment_area_on_globe",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                neighbourhoods.constraints.NPoints(models.F("area")), 100000
                            )
                        ),
                        name="commons_catchment_area_vertices",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD + "".join(TRIGGERS) + FIRST, BACKWARD),
    ]
