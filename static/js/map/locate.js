/** "Near me": moves the map to where the device says it is. The place stays in this page. */

import { say } from "../lib/words.js";

const CLOSE = 16;

export function locate(map, config, button, tell) {
  if (!navigator.geolocation) return;
  const { words, envelope, cityName } = config;
  const [west, south, east, north] = envelope;
  const here = L.layerGroup().addTo(map);
  button.hidden = false;

  const found = ({ coords: { latitude, longitude, accuracy } }) => {
    button.disabled = false;
    if (latitude < south || latitude > north || longitude < west || longitude > east) {
      tell(say(words.elsewhere, { city: cityName }));
      return;
    }
    here.clearLayers();
    L.circle([latitude, longitude], { radius: accuracy, className: "me-about", interactive: false }).addTo(here);
    const icon = L.divIcon({ className: "me", iconSize: [0, 0] });
    L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(here);
    map.setView([latitude, longitude], Math.max(map.getZoom(), CLOSE));
    tell(say(words.me, { metres: Math.max(5, Math.round(accuracy)) }));
  };

  button.addEventListener("click", () => {
    button.disabled = true;
    tell(words.looking);
    const lost = () => {
      button.disabled = false;
      tell(words.notFound);
    };
    navigator.geolocation.getCurrentPosition(found, lost, { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 });
  });
}
