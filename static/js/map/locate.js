/** "Near me": a ring around where the device says it is. The address of the page then holds that spot, to ten metres. */

import { say } from "../lib/words.js";

/** `found(at)` asks for what is around; `tell(text)` says what happens. */
export function locate(map, config, button, { tell, found: around }) {
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
    around({ lat: latitude, lng: longitude });
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
