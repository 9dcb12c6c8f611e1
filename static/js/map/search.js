/** What was chosen in the search box, on the map: a thing opens, a street or a door is gone to and ringed. */

/** `find:choose` of the box inside a <city-map>. */
export function followSearch(map) {
  map.addEventListener("find:choose", (event) => {
    const hit = event.detail;
    if (!hit.map) return; // it lies nowhere: its page opens
    event.preventDefault();
    if (hit.box) map.look(hit.box);
    if (hit.opens) map.open(hit.uid, map.querySelector("#q"));
    else point(map, hit);
    map.refresh();
  });
}

/** The ring round a place that has no panel, and where it is in words. */
function point(map, hit) {
  map.rings.hint(hit.point?.join(","));
  map.tell([hit.name, hit.line].filter(Boolean).join(" · "));
  map.state.box = hit.box;
  history.pushState(null, "", hit.map);
}
