/** The one sentence of the first visit; never again once it was read. Answers the element that says it. */

const KEY = "mappa-comune:welcomed";

function seen() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

export function welcome(element) {
  element.hidden = seen();
  element.querySelector("[data-welcome-close]").addEventListener("click", () => {
    element.hidden = true;
    try {
      localStorage.setItem(KEY, "1");
    } catch {
      // Private browsing: it shows again, no harm.
    }
  });
  return element;
}
