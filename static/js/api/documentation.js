// Draws the documentation of the API from its OpenAPI description, with Swagger UI, which is loaded before.

const place = document.getElementById("api");

// Swagger UI has a dark look of its own, under this name; it follows the reader's choice as every page does.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

globalThis.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  supportedSubmitMethods: ["get", "post", "put", "patch", "delete"],
  requestInterceptor(request) {
    // Trying it out as the signed-in person needs the same proof as a form.
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = place.dataset.formToken;
    return request;
  },
});
