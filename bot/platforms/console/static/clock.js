// The demo's clock: shows the server's moment, lets it run on, and moves it forward on demand.

import { byId, loadJson } from "./dom.js";
import { sentence } from "./sentences.js";
import { sayFullMoment, sayMoment } from "./times.js";

export class Clock {
  constructor({ changed }) {
    this.changed = changed;
    this.offset = 0;
    this.coming = undefined;
    this.note = byId("clock-note");
    this.section = byId("clock-title").closest("section");
    this.buttons = [...document.querySelectorAll("[data-move]")];
    for (const button of this.buttons) button.addEventListener("click", () => this.move(button.dataset.move));
    setInterval(() => this.draw(), 1000);
  }

  now = () => Date.now() + this.offset;

  isoNow = () => new Date(this.now()).toISOString();

  set({ now, next, movable }) {
    this.section.hidden = !movable;
    this.offset = Date.parse(now) - Date.now();
    this.coming = next ? Date.parse(next) : undefined;
    this.draw();
    this.changed();
  }

  draw() {
    write(byId("now"), sayFullMoment(this.now()));
    write(byId("next"), this.coming ? `下一个提醒：${sayMoment(this.coming, this.now())}` : "暂无计划中的提醒");
  }

  // Asks again a moment after something happened, since an answer may have planned a nudge.
  refreshSoon() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(async () => {
      const clock = await loadJson("/console/clock").catch(() => undefined);
      if (clock) this.set(clock);
    }, 800);
  }

  async move(by) {
    if (this.moving) return;
    // Not disabled, which would throw a keyboard user's focus away.
    this.moving = true;
    for (const button of this.buttons) button.setAttribute("aria-disabled", "true");
    const wanted = by === "next" ? { to: "next" } : { by_seconds: Number(by) };
    try {
      const clock = await loadJson("/console/clock", { method: "POST", body: JSON.stringify(wanted) });
      this.set(clock);
      this.note.textContent = clock.moved_seconds > 0 ? `现在是 ${sayFullMoment(this.now())}` : sentence("no_event");
    } catch (problem) {
      this.note.textContent = problem.text ?? sentence("upload_failed");
    } finally {
      this.moving = false;
      for (const button of this.buttons) button.removeAttribute("aria-disabled");
    }
  }
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
