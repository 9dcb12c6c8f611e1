/** The years as a slider, in step with the list of years that stands beside it and says the same. */

import { settled } from "../lib/dom.js";

export class Time {
  /** `change(text)`: another time was chosen; empty for any. */
  constructor(strip, change) {
    this.select = strip.querySelector("select");
    this.day = strip.querySelector("[name=day]");
    this.slider = strip.querySelector("[data-slider]");
    this.years = [...this.select.options].filter((one) => /^\d{4}-01-01\/\d{4}-12-31$/.test(one.value));
    const later = settled(() => change(this.select.value), 300);
    this.select.addEventListener("change", () => {
      this.day.value = "";
      change(this.select.value);
    });
    this.day.addEventListener("change", () => change(this.day.value || this.select.value));
    if (this.years.length < 2) return;
    strip.querySelector("[data-slider-line]").hidden = false;
    strip.querySelector("[data-slider-first]").textContent = this.years[0].text;
    strip.querySelector("[data-slider-last]").textContent = this.years.at(-1).text;
    this.slider.min = 0;
    this.slider.max = this.years.length - 1;
    this.slider.addEventListener("input", () => {
      this.day.value = "";
      this.select.value = this.years[this.slider.valueAsNumber].value;
      this.#say();
      later();
    });
  }

  /** Shows a time that was asked for. */
  write(time) {
    const known = [...this.select.options].some((one) => one.value === time);
    this.select.value = known ? time : "";
    this.day.value = !known && /^\d{4}-\d\d-\d\d$/.test(time) ? time : "";
    const year = this.years.findIndex((one) => one.value.slice(0, 4) === time.slice(0, 4));
    this.slider.value = year < 0 ? this.years.length - 1 : year;
    this.#say();
  }

  #say() {
    const chosen = this.years.find((one) => one.value === this.select.value);
    this.slider.setAttribute("aria-valuetext", chosen?.text ?? this.select.options[this.select.selectedIndex]?.text ?? "");
    this.slider.classList.toggle("is-unset", !chosen);
  }
}
