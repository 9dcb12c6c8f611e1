/** A pin beside a field for a place: what is marked on the map stands in the field as latitude and longitude. */

import { Draw } from "./draw.js";

const config = JSON.parse(document.getElementById("pin-config").textContent);
const field = document.getElementById("id_place");
const typed = /^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/;

const draw = new Draw(document.querySelector("[data-draw]"), config, (geometry) => {
  field.value = geometry ? geometry.coordinates.slice().reverse().join(", ") : "";
});

const said = typed.exec(field.value);
if (said) draw.show({ type: "Point", coordinates: [Number(said[2]), Number(said[1])] });
