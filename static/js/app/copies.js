/**
 * Copies of one's own drafts in this browser, so that they open without network. Only texts are kept, only here, and
 * only until the draft is sent or deleted, the person signs out, or a month has gone by.
 *
 * A copy: {address, name, revision, at, changed, texts: [{name, label, long, most, value}]}
 */

const BEFORE = "draft:";
const MONTH = 31 * 24 * 3600 * 1000;

/** The storage of the browser; null where it is refused. */
function storage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

let shut = false; // once copies were taken away, a page that is closing writes none again
const keys = () => Object.keys(storage() ?? {}).filter((key) => key.startsWith(BEFORE));

/** The copy of a draft by the path of its page; null for none, or one that nobody touched for a month. */
export function copyOf(address) {
  const copy = JSON.parse(storage()?.getItem(BEFORE + address) ?? "null");
  if (!copy || Date.now() - copy.at < MONTH) return copy;
  forget(address);
  return null;
}

/** Every copy, the newest first. */
export function copies() {
  const all = keys().map((key) => copyOf(key.slice(BEFORE.length))).filter(Boolean);
  return all.sort((one, other) => other.at - one.at);
}

export function keepCopy(copy) {
  if (shut) return false;
  try {
    storage()?.setItem(BEFORE + copy.address, JSON.stringify({ ...copy, at: Date.now() }));
    return Boolean(storage());
  } catch {
    return false; // full, or not allowed
  }
}

export function forget(address) {
  storage()?.removeItem(BEFORE + address);
}

export function forgetAll() {
  shut = true;
  for (const key of keys()) storage().removeItem(key);
}

/** Forgets the draft whose receipt, or whose deletion, stands at this path. */
export function forgetDone(path) {
  const [, address] = /^(.*\/propose\/[^/]+\/)(?:receipt|delete)\/$/.exec(path) ?? [];
  if (address) forget(address);
}
