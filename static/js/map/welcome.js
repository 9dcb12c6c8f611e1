/** The one sentence of the first visit; never again once it was read (`first.js`). Answers the element that says it. */

const KEY = "mappa-comune:welcomed";

export function welcome(element) {
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
