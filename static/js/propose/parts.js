/** The sections of the writing page: whoever is led to a field finds its section open; a wide screen shows them all. */

const WIDE = "(min-width: 60rem)";

/** Opens the section that an element lies in. */
export function open(element) {
  const section = element?.closest("details[data-part]");
  if (section) section.open = true;
}

/** How far each section has got, as the list of what is missing says it. */
export function mark(list) {
  for (const step of list.querySelectorAll("[data-step]")) {
    const section = document.querySelector(`details[data-part="${step.dataset.step}"]`);
    const state = section?.querySelector("summary .step-state");
    if (state) state.textContent = step.querySelector(".step-state").textContent;
    section?.classList.toggle("in", step.classList.contains("in"));
  }
}

/** `seen(name)` is told of each section that opens. */
export function follow(form, seen) {
  const sections = [...form.querySelectorAll("details[data-part]")];
  for (const section of sections) section.addEventListener("toggle", () => section.open && seen(section.dataset.part));
  if (matchMedia(WIDE).matches) for (const section of sections) section.open = true;
  form.dataset.met = ""; // from here on it is the reader who opens and closes
  const lead = () => open(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.('a[href^="#"]');
    if (link) open(document.getElementById(link.getAttribute("href").slice(1)));
  }, { capture: true });
  addEventListener("hashchange", lead);
  if (location.hash) lead();
}
