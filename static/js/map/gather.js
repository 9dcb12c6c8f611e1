/** Marks that would lie on each other become one group with a count. Works on pixels of the whole world at a zoom. */

const SINGLE = 14;
const CELL = 64;
const PASSES = 5;
const TOUCH = 0.92; // two marks this close, in sums of their half widths, become one group

/** Half the width in pixels of the mark that stands for `count` things. */
export const radius = (count) => (count === 1 ? SINGLE : count < 100 ? 19 : count < 1000 ? 22 : 26);

function near(cells, spot, reach) {
  const [column, row] = [Math.floor(spot.x / CELL), Math.floor(spot.y / CELL)];
  let best = null;
  let least = Infinity;
  for (let i = column - 1; i <= column + 1; i++) {
    for (let j = row - 1; j <= row + 1; j++) {
      for (const group of cells.get(`${i}:${j}`) ?? []) {
        const distance = Math.hypot(group.x - spot.x, group.y - spot.y);
        if (distance < least && distance < (reach + radius(group.count)) * TOUCH) [best, least] = [group, distance];
      }
    }
  }
  return best;
}

/** One pass: every item joins the nearest group that it would touch, the largest items first. */
function pass(items) {
  const cells = new Map();
  const groups = [];
  const ordered = [...items].sort((a, b) => b.count - a.count || (a.things[0].key < b.things[0].key ? -1 : 1));
  for (const item of ordered) {
    const group = near(cells, item, radius(item.count));
    if (group) {
      group.joined.push(item);
      group.count += item.count;
      continue;
    }
    const fresh = { x: item.x, y: item.y, count: item.count, joined: [item] };
    const cell = `${Math.floor(item.x / CELL)}:${Math.floor(item.y / CELL)}`;
    cells.set(cell, [...(cells.get(cell) ?? []), fresh]);
    groups.push(fresh);
  }
  return groups.map(({ joined, count }) => ({
    x: joined.reduce((sum, one) => sum + one.x * one.count, 0) / count,
    y: joined.reduce((sum, one) => sum + one.y * one.count, 0) / count,
    count,
    things: joined.flatMap((one) => one.things),
  }));
}

/**
 * Groups of things: {x, y, count, things}, each at the middle of what it holds. The order in which the things come
 * does not matter. Repeats while groups that moved to their middle touch others.
 */
export function gather(things, project) {
  let groups = things.map((thing) => ({ ...project(thing.point), count: thing.count, things: [thing] }));
  for (let before = Infinity, turn = 0; groups.length < before && turn < PASSES; turn++) {
    before = groups.length;
    groups = pass(groups);
  }
  return groups;
}

/** The box around everything in a group, in degrees. */
export function groupBox(group) {
  return group.things.reduce(
    (box, { box: one, point }) => {
      const [w, s, e, n] = one && group.things.length > 0 ? one : [...point, ...point];
      return box ? [Math.min(box[0], w), Math.min(box[1], s), Math.max(box[2], e), Math.max(box[3], n)] : [w, s, e, n];
    },
    null,
  );
}
