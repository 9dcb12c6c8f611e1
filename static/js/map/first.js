/**
 * Before the page is drawn. No module: it is waited for, like the sheets of style beside it.
 *
 * Whoever has read the welcome does not see it again. And as soon as Leaflet comes (`<script data-leaflet>`), it is made
 * ours, and the map of the page begins, before anything is on it: it can be moved while the rest of the page is still
 * being read. The server's picture lies on its ground until the parts of `<city-map>` have drawn themselves.
 */
(() => {
  let seen = true;
  try {
    seen = localStorage.getItem("mappa-comune:welcomed") !== null;
  } catch {
    // Where nothing may be remembered it would come again and again.
  }
  document.documentElement.toggleAttribute("data-welcomed", seen);

  function prepare() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const DEEPEST = 19;

    L.Util.emptyImageUrl = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    L.Map.mergeOptions({
      zoomControl: false,
      attributionControl: false,
      minZoom: 5,
      maxZoom: DEEPEST,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
      worldCopyJump: true,
    });

    L.Map.include({
      /** Shows a box [west, south, east, north]. One that was a viewport of this size gives that same viewport again. */
      showBox([west, south, east, north]) {
        const bounds = L.latLngBounds([south, west], [north, east]);
        const zoom = Math.min(this.getBoundsZoom(bounds.pad(-0.01)), DEEPEST - 1);
        const centre = this.project(bounds.getNorthWest(), zoom).add(this.project(bounds.getSouthEast(), zoom)).divideBy(2);
        return this.setView(this.unproject(centre, zoom), zoom, { animate: false });
      },

      /** Lays a picture of a box, which the server widens to the picture's proportions, on the ground: an L.ImageOverlay. */
      layPicture(picture, [west, south, east, north]) {
        const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
        const zoom = this.getZoom();
        const [one, other] = [this.project([north, west], zoom), this.project([south, east], zoom)];
        const half = L.point(width, height).multiplyBy(Math.max((other.x - one.x) / width, (other.y - one.y) / height) / 2);
        const centre = one.add(other).divideBy(2);
        const whole = L.latLngBounds(this.unproject(centre.subtract(half), zoom), this.unproject(centre.add(half), zoom));
        return L.imageOverlay(picture, whole, { pane: "tilePane" }).addTo(this);
      },
    });
  }

  function begin(canvas) {
    const box = canvas.dataset.view.split(",").map(Number);
    canvas.map = L.map(canvas).showBox(box);
    canvas.map.once("movestart", () => (canvas.moved = true));
    canvas.still = canvas.map.layPicture(canvas.querySelector("img"), box);
    canvas.closest("city-map").classList.add("is-live");
  }

  document.addEventListener("load", ({ target }) => {
    if (!target.dataset || !("leaflet" in target.dataset)) return;
    prepare();
    document.querySelectorAll("[data-view]").forEach(begin);
  }, true);
})();
