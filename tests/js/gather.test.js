import assert from "node:assert/strict";
import { test } from "node:test";

import { gather, groupBox, radius } from "../../static/js/map/gather.js";

const thing = (key, x, y, count = 1) => ({ key, point: [x, y], count, box: [x, y, x, y] });
const plain = ([x, y]) => ({ x, y });

test("marks that would touch become one group, others stay alone", () => {
  const groups = gather([thing("a", 0, 0), thing("b", 10, 0), thing("c", 500, 0)], plain);
  assert.deepEqual(groups.map((group) => group.things.map((one) => one.key).sort()), [["a", "b"], ["c"]]);
  assert.deepEqual(groups.map((group) => group.count), [2, 1]);
});

test("nothing is lost and nothing is counted twice among thousands", () => {
  const things = Array.from({ length: 3000 }, (_, n) => thing(`k${n}`, (n * 7919) % 1300, (n * 104729) % 900, 1 + (n % 3)));
  const groups = gather(things, plain);
  assert.equal(groups.reduce((sum, group) => sum + group.count, 0), things.reduce((sum, one) => sum + one.count, 0));
  assert.equal(new Set(groups.flatMap((group) => group.things.map((one) => one.key))).size, 3000);
  assert.ok(groups.length < 700);
});

test("the order in which things arrive does not matter", () => {
  const things = Array.from({ length: 200 }, (_, n) => thing(`k${n}`, (n * 37) % 400, (n * 53) % 300));
  const said = (all) => gather(all, plain).map((group) => group.things.map((one) => one.key).join()).sort();
  assert.deepEqual(said(things), said([...things].reverse()));
});

test("two groups left apart do not lie on each other by more than a hair", () => {
  const things = Array.from({ length: 400 }, (_, n) => thing(`k${n}`, (n * 37) % 800, (n * 91) % 600));
  const groups = gather(things, plain);
  for (const [n, a] of groups.entries()) {
    for (const b of groups.slice(n + 1)) {
      assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= (radius(a.count) + radius(b.count)) * 0.9);
    }
  }
});

test("the box of a group holds everything in it", () => {
  const [group] = gather([thing("a", 0, 0), { ...thing("b", 5, 5, 9), box: [1, 2, 8, 9] }], plain);
  assert.deepEqual(groupBox(group), [0, 0, 8, 9]);
});
