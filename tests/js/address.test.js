import assert from "node:assert/strict";
import { test } from "node:test";

import { isNarrowed, layerQuery, readState, writeState } from "../../static/js/map/address.js";

const FULL = "?layers=buildings,pacts&q=ex+scuola&buildings.use_status=disused&buildings.use_status=underused&neighbourhood=San+Salvario&datetime=2018-01-01/2018-12-31&near=7.68,45.07,500&area=7.6,45,7.7,45,7.7,45.1&bbox=7.6,45,7.7,45.1&feature=abc";
const ASKED = "&near=7.68,45.07,500&area=7.6,45,7.7,45,7.7,45.1";

test("an address read and written again is the same address", () => {
  assert.equal(writeState(readState(FULL)), FULL);
  assert.equal(writeState(readState("")), "");
});

test("every kind switched off is not the same as no choice at all", () => {
  assert.deepEqual(readState("?layers=").layers, []);
  assert.equal(readState("").layers, null);
  assert.equal(writeState(readState("?layers=")), "?layers=");
});

test("the form's own way of naming layers is understood", () => {
  assert.deepEqual(readState("?layers=&layers=buildings&layers=houses").layers, ["buildings", "houses"]);
});

test("a box that is none is left out", () => {
  for (const text of ["1,2,3", "a,b,c,d", "1,2,3,", ""]) assert.equal(readState(`?bbox=${text}`).box, null);
});

test("a layer is asked only what it knows", () => {
  const state = readState(FULL);
  const buildings = { slug: "buildings", filters: ["use_status", "neighbourhood"], temporal: false };
  const pacts = { slug: "pacts", filters: ["state"], temporal: true };
  assert.equal(
    layerQuery("torino", state, buildings),
    "city=torino&q=ex+scuola&use_status=disused&use_status=underused&neighbourhood=San+Salvario" + ASKED,
  );
  assert.equal(layerQuery("torino", state, pacts), "city=torino&q=ex+scuola&datetime=2018-01-01/2018-12-31" + ASKED);
});

test("what words hold is never read as an address", () => {
  const state = { layers: null, q: "a&b=c#d?é", filters: { "x.y": ["1,2&3"] }, box: null, feature: "", time: "", near: null, area: null };
  assert.deepEqual(readState(writeState(state)), state);
});

test("a ring or an area that is none is left out, a day is a time", () => {
  for (const text of ["1,2", "1,2,0", "a,b,c", ""]) assert.equal(readState(`?near=${text}`).near, null);
  for (const text of ["1,2,3,4", "1,2,3,4,5,6,7", "1,2,3,4,5,x"]) assert.equal(readState(`?area=${text}`).area, null);
  assert.equal(readState("?datetime=&day=2024-02-03").time, "2024-02-03");
});

test("a view is narrowed by anything but its box and what is open", () => {
  assert.equal(isNarrowed(readState("?bbox=7,45,8,46&feature=x&layers=pacts")), false);
  for (const text of ["q=a", "datetime=2018-01-01", "near=7,45,500", "area=7,45,8,45,8,46", "pacts.state=active"]) {
    assert.equal(isNarrowed(readState(`?${text}`)), true);
  }
});
