/** A file can also be dropped anywhere on the form; its name is said, and how much of it has been sent. Without this the
 * field and its button work by themselves. */

const form = document.querySelector("[data-drop]");
const field = form?.querySelector('input[type="file"]');
const said = form?.querySelector("[data-drop-name]");

function over(event) {
  if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
  event.preventDefault();
  form.toggleAttribute("data-over", event.type !== "dragleave");
}

function take(event) {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  form.removeAttribute("data-over");
  const one = new DataTransfer();
  one.items.add(event.dataTransfer.files[0]);
  field.files = one.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Sends the form with a bar that fills. A form with faults goes again in the plain way, so that its page says them. */
function send(event) {
  if (!field.files.length) return;
  event.preventDefault();
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const failed = () => {
    said.textContent = form.dataset.failed;
    bar.hidden = true;
    button.disabled = false;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = total ? (100 * loaded) / total : 0));
  request.addEventListener("load", () => {
    if (request.status < 400) location.assign(request.responseURL);
    else if (request.status === 400) form.submit();
    else failed();
  });
  request.addEventListener("error", failed);
  request.open("POST", location.href);
  request.send(new FormData(form));
  said.textContent = form.dataset.sending;
  bar.hidden = false;
  button.disabled = true;
}

if (field) {
  for (const name of ["dragenter", "dragover", "dragleave"]) form.addEventListener(name, over);
  form.addEventListener("drop", take);
  field.addEventListener("change", () => (said.textContent = field.files[0]?.name ?? ""));
  form.addEventListener("submit", send);
}
