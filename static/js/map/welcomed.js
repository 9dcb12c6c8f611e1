/**
 * Before the page is drawn: whoever has read the welcome does not see it again. No module: it is waited for, like the
 * sheets of style beside it, so that the sentence is there with the first words of the page or not at all.
 */
(() => {
  let seen = true;
  try {
    seen = localStorage.getItem("mappa-comune:welcomed") !== null;
  } catch {
    // Where nothing may be remembered it would come again and again.
  }
  document.documentElement.toggleAttribute("data-welcomed", seen);
})();
