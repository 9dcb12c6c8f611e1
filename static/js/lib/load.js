/** Reading from the server. A failed answer is an Error; what was read is remembered, the oldest forgotten first. */

const KEPT = 300;
const kept = new Map();

async function read(url, accept) {
  const response = await fetch(url, { headers: { Accept: accept }, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response;
}

/** A fragment of markup. */
export async function loadMarkup(url) {
  return (await read(url, "text/html")).text();
}

/** Parsed JSON, or null for an empty answer (204). The same address is asked once per page. */
export function loadJSON(url) {
  if (kept.has(url)) {
    const again = kept.get(url);
    kept.delete(url);
    kept.set(url, again);
    return again;
  }
  const asked = read(url, "application/geo+json, application/json")
    .then((response) => (response.status === 204 ? null : response.json()))
    .catch((error) => {
      kept.delete(url);
      throw error;
    });
  kept.set(url, asked);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return asked;
}

/** Wraps an asynchronous reading so that only the answer to the latest question counts; others give undefined. */
export function latest(reading) {
  let turn = 0;
  return async (...given) => {
    const mine = ++turn;
    const answer = await reading(...given);
    return mine === turn ? answer : undefined;
  };
}
