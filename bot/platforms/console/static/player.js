// Plays one sound at a time.

import { sentence } from "./sentences.js";

class Player {
  constructor() {
    this.audio = new Audio();
    this.audio.addEventListener("ended", () => this.stop());
    this.audio.addEventListener("error", () => this.fail());
    this.current = undefined;
  }

  // A click on `button` plays or stops; `show` is told through `playing(bool)` and `failed(text)`.
  attach(button, source, show) {
    button.addEventListener("click", () => (this.current === show ? this.stop() : this.play(source(), show)));
  }

  async play(source, show) {
    this.stop();
    this.current = show;
    this.audio.src = source;
    show.failed("");
    show.playing(true);
    try {
      await this.audio.play();
    } catch (problem) {
      // A second sound that starts in between aborts the first; that is no failure.
      if (problem.name !== "AbortError" && this.current === show) this.fail();
    }
  }

  stop() {
    const show = this.current;
    this.current = undefined;
    this.audio.pause();
    show?.playing(false);
  }

  fail() {
    const show = this.current;
    if (!show) return;
    this.stop();
    show.failed(sentence("cannot_play"));
  }
}

export const player = new Player();
