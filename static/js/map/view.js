/** A Leaflet map as every page has it, and boxes in degrees [west, south, east, north] of what it shows. */

/** The map of an element, where there is none yet made anew, with its name, controls and scale. */
export function makeMap(element, { words, tiles }) {
  const map = element.map ?? L.map(element);
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", `${words.map}. ${words.keys}`);
  L.control.zoom({ position: "topright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  if (tiles) L.control.attribution({ prefix: false }).addTo(map);
  const zoomed = () => (element.dataset.zoom = String(Math.floor(map.getZoom())));
  map.on("zoomend", zoomed);
  map.whenReady(zoomed);
  return map;
}

export const boundsOf = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

const within = (degrees, most) => Number(Math.max(-most, Math.min(most, degrees)).toFixed(6));

/** What the map shows, within the world. */
export function boxOfView(map) {
  const bounds = map.getBounds();
  const [west, east] = [bounds.getWest(), bounds.getEast()].map((degrees) => within(degrees, 180));
  const [south, north] = [bounds.getSouth(), bounds.getNorth()].map((degrees) => within(degrees, 90));
  return [west, south, east, north];
}

/** Moves the map if the panel, which on a phone rises from below `whole`, or the edge hides a point. */
export function reveal(map, [x, y], panel, whole) {
  const aside = matchMedia("(max-width: 59.99rem)").matches;
  const size = map.getSize();
  const overlap = aside ? Math.max(0, panel.offsetHeight - (whole.offsetHeight - size.y)) : 0;
  const room = aside ? { left: 40, top: 130, right: 40, bottom: overlap + 40 } : { left: 400, top: 40, right: 60, bottom: 40 };
  map.panInside([y, x], {
    paddingTopLeft: [Math.min(room.left, size.x / 2), Math.min(room.top, size.y / 3)],
    paddingBottomRight: [room.right, Math.min(room.bottom, size.y / 2)],
  });
}
