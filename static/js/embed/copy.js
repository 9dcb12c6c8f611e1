/** Copies the code of a map with one press. Without a script the code is there to be selected by hand. */

document.addEventListener("toggle", (event) => {
  const button = event.target.querySelector?.("[data-copy-button]");
  if (button && event.target.open && navigator.clipboard) button.hidden = false;
}, true);

document.addEventListener("click", async (event) => {
  const box = event.target.closest("[data-copy-button]")?.closest("[data-embed]");
  if (!box) return;
  const text = box.querySelector("[data-copy]");
  const said = box.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(text.value);
    said.hidden = false;
  } catch {
    text.focus();
    text.select();
  }
});
