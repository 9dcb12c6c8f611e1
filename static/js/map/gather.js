/** Marks that would lie on each other become one group with a count. Works on pixels of the whole world at a zoom. */

const SINGLE = 14;
const CELL = 64;
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

/**
 * Groups of things: {x, y, count, things}. The order of the things does not matter: the largest come first,
 * then by key, so that the same things at the same zoom always give the same groups.
 */
export function gather(things, project) {
  const cells = new Map();
  const groups = [];
  const ordered = [...things].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  for (const thing of ordered) {
    const spot = project(thing.point);
    const group = near(cells, spot, radius(thing.count));
    if (group) {
      group.things.push(thing);
      group.count += thing.count;
      continue;
    }
    const fresh = { x: spot.x, y: spot.y, count: thing.count, things: [thing] };
    const cell = `${Math.floor(spot.x / CELL)}:${Math.floor(spot.y / CELL)}`;
    cells.set(cell, [...(cells.get(cell) ?? []), fresh]);
    groups.push(fresh);
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
