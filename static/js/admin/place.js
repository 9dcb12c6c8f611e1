/* Drawing places in the staff forms: a store that keeps every part and hole, and the city's own map underneath. */

(function () {
  'use strict';

  const PARTS = { Point: 'MultiPoint', LineString: 'MultiLineString', Polygon: 'MultiPolygon' };

  /* The single geometries inside a GeoJSON geometry. */
  function singles(geometry) {
    if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(singles);
    if (!geometry.type.startsWith('Multi')) return [geometry];
    const type = geometry.type.slice('Multi'.length);
    return geometry.coordinates.map((coordinates) => ({ type, coordinates }));
  }

  /* One geometry for the field: a single one, or a Multi of one kind; what does not fit together is left to the server to refuse. */
  function together(geometries, many) {
    const parts = geometries.flatMap(singles);
    if (!parts.length) return '';
    const kinds = new Set(parts.map((part) => part.type));
    if (kinds.size > 1) return JSON.stringify({ type: 'GeometryCollection', geometries: parts });
    if (parts.length === 1 && !many) return JSON.stringify(parts[0]);
    return JSON.stringify({ type: PARTS[parts[0].type], coordinates: parts.map((part) => part.coordinates) });
  }

  L.PlaceStore = L.FieldStore.extend({
    _serialize(layer) {
      const many = /^MULTI/.test(this.options.geom_type);
      return together(layer.getLayers().map((one) => one.toGeoJSON(this.options.precision).geometry), many);
    },
    _deserialize(value) {
      if (/^\s*$/.test(value)) return null;
      return L.geoJSON(singles(JSON.parse(value)).map((geometry) => ({ type: 'Feature', properties: {}, geometry })));
    },
  });

  /* Neighbourhoods, waters and streets, so that one sees where one draws. Without them the form still works. */
  async function background(map) {
    const quiet = { interactive: false, pane: 'tilePane', color: '#8a9aa3', weight: 1, fill: false };
    const styles = {
      neighbourhoods: quiet,
      waters: { ...quiet, color: '#6fa3bd', weight: 3 },
      streets: quiet,
    };
    for (const [slug, style] of Object.entries(styles)) {
      const answer = await fetch(`/layers/${slug}.geojson?zoom=13`).catch(() => null);
      if (!answer || !answer.ok) continue;
      const drawn = L.geoJSON(await answer.json(), { ...style, style }).addTo(map);
      if (slug === 'neighbourhoods') drawn.eachLayer(label);
    }
  }

  /* The name of a territory on it, as text. */
  function label(layer) {
    const name = document.createElement('span');
    name.textContent = layer.feature.properties.name;
    layer.bindTooltip(name, { permanent: true, direction: 'center', className: 'territory-name' });
  }

  window.addEventListener('map:init', (event) => background(event.detail.map));
})();
