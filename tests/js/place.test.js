import assert from "node:assert/strict";
import { test } from "node:test";

import { boxOf, common, markPoint, meet } from "../../static/js/lib/place.js";
import { tilesOver } from "../../static/js/map/tiles.js";

const square = (w, s, e, n) => [[[w, s], [e, s], [e, n], [w, n], [w, s]]];

test("the box of every kind of geometry", () => {
  assert.deepEqual(boxOf({ type: "Point", coordinates: [7, 45] }), [7, 45, 7, 45]);
  assert.deepEqual(boxOf({ type: "LineString", coordinates: [[7, 45], [6, 46]] }), [6, 45, 7, 46]);
  assert.deepEqual(boxOf({ type: "MultiPolygon", coordinates: [square(0, 0, 1, 1), square(3, 3, 4, 5)] }), [0, 0, 4, 5]);
  const many = [{ type: "Point", coordinates: [9, 9] }, { type: "Polygon", coordinates: square(0, 0, 1, 1) }];
  assert.deepEqual(boxOf({ type: "GeometryCollection", geometries: many }), [0, 0, 9, 9]);
  assert.equal(boxOf(null), null);
});

test("a mark stands in the middle of the largest part", () => {
  const geometry = { type: "MultiPolygon", coordinates: [square(0, 0, 1, 1), square(10, 10, 14, 14)] };
  assert.deepEqual(markPoint({ geometry }), [12, 12]);
  assert.deepEqual(markPoint({ geometry: { type: "Point", coordinates: [7, 45] } }), [7, 45]);
  assert.deepEqual(markPoint({ geometry, point: [1, 2] }), [1, 2]);
});

test("boxes that touch meet, and what they share is between them", () => {
  assert.ok(meet([0, 0, 1, 1], [1, 1, 2, 2]));
  assert.ok(!meet([0, 0, 1, 1], [1.1, 0, 2, 2]));
  assert.deepEqual(common([0, 0, 2, 2], [1, -1, 3, 1]), [1, 0, 2, 1]);
});

test("the tiles over a box are those of Web Mercator, and never outside the grid", () => {
  assert.deepEqual(tilesOver([7.68, 45.07, 7.68, 45.07], 13), [[12, 2135, 1472]]);
  assert.deepEqual(tilesOver([-200, -90, 200, 90], 1), [[0, 0, 0]]);
  assert.equal(tilesOver([7.6, 45, 7.7, 45.1], 30)[0][0], 17);
});
