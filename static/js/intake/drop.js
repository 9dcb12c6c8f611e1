/** A file can also be dropped anywhere on the form; its name is said. Without this the field works by itself. */

const form = document.querySelector("[data-drop]");
const field = form?.querySelector('input[type="file"]');

function over(event) {
  if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
  event.preventDefault();
  form.toggleAttribute("data-over", event.type !== "dragleave");
}

if (field) {
  for (const name of ["dragenter", "dragover", "dragleave"]) form.addEventListener(name, over);
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    form.removeAttribute("data-over");
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    field.files = one.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  field.addEventListener("change", () => {
    form.querySelector("[data-drop-name]").textContent = field.files[0]?.name ?? "";
  });
}
