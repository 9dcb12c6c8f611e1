import assert from "node:assert/strict";
import { test } from "node:test";

import { crosses } from "../../static/js/map/around.js";
import { metresPerPixel, roundLength } from "../../static/js/map/print.js";
import { Rove } from "../../static/js/map/rove.js";

test("sides that cross are seen, neighbours that meet are not", () => {
  assert.equal(crosses([[0, 0], [1, 0], [1, 1]]), false);
  assert.equal(crosses([[0, 0], [2, 0], [2, 2], [1, 0.5], [0, 2]]), false);
  assert.equal(crosses([[0, 0], [1, 1], [1, 0], [0, 1]]), true);
  assert.equal(crosses([[0, 0], [4, 0], [4, 4], [2, -1], [0, 4]]), true);
});

test("a scale bar is a round number of metres", () => {
  assert.deepEqual([999, 1000, 4321, 1.5, 70].map(roundLength), [500, 1000, 2000, 1, 50]);
});

test("metres in a pixel are those of the ground, not of the projection", () => {
  const wide = metresPerPixel([7, 44.99, 8, 45.01], [1000, 750]);
  assert.ok(Math.abs(wide - 78.7) < 0.2, String(wide));
});

test("arrows go from button to button as one reads, and one alone is a stop", () => {
  const heard = {};
  const pane = { setAttribute() {}, addEventListener: (type, act) => (heard[type] = act) };
  const made = (name) => ({ name, focus() { heard.focusin({ target: this }); } });
  const [a, b, c] = ["a", "b", "c"].map(made);
  const spots = [{ button: c, x: 10, y: 100 }, { button: b, x: 200, y: 12 }, { button: a, x: 30, y: 20 }];
  const rove = new Rove(pane, "marks", () => [...spots]);
  rove.refresh();
  assert.deepEqual([a, b, c].map(({ tabIndex }) => tabIndex), [0, -1, -1]);
  const press = (key, target) => heard.keydown({ key, target, preventDefault() {}, stopPropagation() {} });
  press("ArrowRight", a);
  press("ArrowDown", b);
  assert.deepEqual([a, b, c].map(({ tabIndex }) => tabIndex), [-1, -1, 0]);
  press("ArrowRight", c);
  rove.refresh();
  assert.equal(c.tabIndex, 0);
  press("Home", c);
  assert.equal(a.tabIndex, 0);
});
