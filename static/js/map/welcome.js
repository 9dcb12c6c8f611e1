/** The one sentence of the first visit; never again once it was read. */

const KEY = "mappa-comune:welcomed";

function seen() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

export function welcome(element) {
  if (seen()) return;
  element.hidden = false;
  element.querySelector("[data-welcome-close]").addEventListener("click", () => {
    element.hidden = true;
    try {
      localStorage.setItem(KEY, "1");
    } catch {
      // Private browsing: it shows again, no harm.
    }
  });
}
