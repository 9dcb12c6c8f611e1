import assert from "node:assert/strict";
import { test } from "node:test";

import { layerQuery, readState, writeState } from "../../static/js/map/address.js";

const FULL = "?layers=buildings,pacts&q=ex+scuola&buildings.use_status=disused&buildings.use_status=underused&neighbourhood=San+Salvario&bbox=7.6,45,7.7,45.1&feature=abc";

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
  const buildings = { slug: "buildings", filters: ["use_status", "neighbourhood"] };
  const pacts = { slug: "pacts", filters: ["state"] };
  assert.equal(
    layerQuery("torino", state, buildings),
    "city=torino&q=ex+scuola&use_status=disused&use_status=underused&neighbourhood=San+Salvario",
  );
  assert.equal(layerQuery("torino", state, pacts), "city=torino&q=ex+scuola");
});

test("what words hold is never read as an address", () => {
  const state = { layers: null, q: "a&b=c#d?é", filters: { "x.y": ["1,2&3"] }, box: null, feature: "" };
  assert.deepEqual(readState(writeState(state)), state);
});
