/** How far the work on a file is: asked every second, and the page comes anew when it is over. */

const box = document.querySelector("[data-progress]");
const bar = box?.querySelector("progress");

async function ask() {
  const answer = await fetch(box.dataset.progress, { cache: "no-store" })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  if (answer && !answer.busy) return location.reload();
  if (answer) {
    box.querySelector("[data-words]").textContent = answer.words;
    if (answer.share === null) bar.removeAttribute("value");
    else bar.value = answer.share;
  }
  setTimeout(ask, 1000);
}

if (box) setTimeout(ask, 600);
