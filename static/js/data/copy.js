// Beside every text to copy, a button that copies it. Without this script the text is selected as any other.

for (const text of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button copy-button";
  button.textContent = text.dataset.copy;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text);
      return;
    }
    button.textContent = said.textContent = text.dataset.copied;
    setTimeout(() => { button.textContent = text.dataset.copy; said.textContent = ""; }, 2000);
  });
  text.after(button, said);
}
