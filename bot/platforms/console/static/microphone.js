// The microphone button: hold and let go to send, slide up to give up, tap or press a key to switch on and off.

import { byId } from "./dom.js";
import { Recorder } from "./recorder.js";
import { sentence } from "./sentences.js";
import { sayElapsed } from "./times.js";

const TAP_MS = 350;
const SLIDE_PX = 70;
const SHORTEST_SECONDS = 0.6;

export class Microphone {
  // `send({ blob, name, seconds })` takes a note, `tell(text)` shows a problem.
  constructor({ send, tell }) {
    Object.assign(this, { send, tell });
    this.button = byId("mic");
    this.state = "idle"; // idle, starting, held, locked
    this.button.addEventListener("pointerdown", (event) => this.press(event));
    this.button.addEventListener("pointermove", (event) => this.slide(event));
    this.button.addEventListener("pointerup", () => this.letGo());
    this.button.addEventListener("pointercancel", () => this.state === "held" && this.discard());
    this.button.addEventListener("contextmenu", (event) => event.preventDefault());
    // A click of the keyboard or of a screen reader has no pointer before it.
    this.button.addEventListener("click", (event) => event.detail === 0 && this.toggle());
    byId("discard").addEventListener("click", () => this.discard());
    byId("finish").addEventListener("click", () => this.finish());
    addEventListener("keydown", (event) => event.key === "Escape" && this.state !== "idle" && this.discard());
  }

  press(event) {
    if (event.button !== 0) return;
    if (this.state === "locked") {
      this.finishing = true;
      return;
    }
    if (this.state !== "idle") return;
    this.button.setPointerCapture(event.pointerId);
    this.pressedAt = performance.now();
    this.pressedY = event.clientY;
    this.holding = true;
    this.sliding = false;
    this.begin();
  }

  slide(event) {
    if (!this.holding) return;
    this.sliding = this.pressedY - event.clientY > SLIDE_PX;
    byId("recording").classList.toggle("giving-up", this.sliding);
    byId("hint").textContent = this.sliding ? "松开取消" : "松开发送，上滑取消";
  }

  letGo() {
    if (this.finishing) {
      this.finishing = false;
      this.finish();
      return;
    }
    if (!this.holding) return;
    this.holding = false;
    if (this.state === "starting") return; // the permission question took the press: goes on as a tap
    if (this.sliding) this.discard();
    else if (performance.now() - this.pressedAt < TAP_MS) this.lock();
    else this.finish();
  }

  toggle() {
    if (this.state === "idle") this.begin();
    else if (this.state === "locked") this.finish();
  }

  async begin() {
    this.state = "starting";
    this.tell("");
    this.recorder = new Recorder({
      onLevel: (level) => byId("level").style.setProperty("--level", String(level)),
      onLimit: () => this.finish(),
    });
    try {
      await this.recorder.start();
    } catch {
      this.recorder.release();
      this.state = "idle";
      this.tell(sentence("no_microphone"));
      return;
    }
    if (this.state !== "starting") return this.recorder.cancel();
    this.state = "held";
    this.show(true);
    if (!this.holding) this.lock();
  }

  lock() {
    this.state = "locked";
    byId("recording").classList.add("locked");
  }

  async finish() {
    if (this.state !== "held" && this.state !== "locked") return;
    this.state = "idle";
    this.show(false);
    const note = await this.recorder.stop();
    if (note.seconds < SHORTEST_SECONDS) this.tell(sentence("short_voice"));
    else this.send(note);
  }

  discard() {
    const { state } = this;
    this.state = "idle";
    this.holding = false;
    if (state === "held" || state === "locked") this.recorder.cancel();
    this.show(false);
  }

  show(on) {
    const row = byId("recording");
    if (!on && row.contains(document.activeElement)) this.button.focus();
    row.hidden = !on;
    row.classList.remove("locked", "giving-up");
    byId("hint").textContent = "松开发送，上滑取消";
    this.button.setAttribute("aria-pressed", String(on));
    clearInterval(this.ticking);
    if (on) this.ticking = setInterval(() => this.tick(), 250);
    this.tick();
  }

  tick() {
    byId("elapsed").textContent = sayElapsed(this.state === "idle" ? 0 : this.recorder.seconds);
  }
}
