// The input bar: text, the tray with files and sample notes, and files dropped anywhere on the page.

import { byId } from "./dom.js";
import { showSamples } from "./samples.js";
import { sentence } from "./sentences.js";

const MAX_TEXT = 10_000;
const TALLEST = 160;
const AUDIO = "audio/*,.amr,.ogg,.oga,.opus,.mp3,.m4a,.wav,.webm,.aac,.flac";
const PICKS = { audio: AUDIO, image: "image/*", file: "" };

export class Composer {
  // `sendText(text)`; `sendFile(blob, name, kind)` where kind is voice, image, file or undefined for "see what it is".
  constructor({ sendText, sendFile }) {
    Object.assign(this, { sendText, sendFile });
    this.text = byId("text");
    this.tray = byId("tray");
    this.more = byId("more");
    byId("composer").addEventListener("submit", (event) => this.submit(event));
    this.text.addEventListener("input", () => this.fit());
    this.text.addEventListener("keydown", (event) => {
      // An input method uses Enter to take a word; keyCode 229 is what Safari sends then.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      byId("composer").requestSubmit();
    });
    this.more.addEventListener("click", () => this.open(this.tray.hidden));
    byId("composer").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.tray.hidden) return;
      this.open(false);
      this.more.focus();
    });
    for (const button of this.tray.querySelectorAll("button")) button.addEventListener("click", () => this.pick(button.dataset.pick));
    byId("picker").addEventListener("change", (event) => this.take(event.target));
    this.text.addEventListener("paste", (event) => this.sendAll(event.clipboardData.files, event));
    this.acceptDrops();
    this.fit();
  }

  tell(text) {
    const notice = byId("notice");
    clearTimeout(this.telling);
    notice.textContent = text;
    notice.hidden = !text;
    if (text) this.telling = setTimeout(() => this.tell(""), 8000);
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value;
    if (!text.trim()) return;
    if (text.length > MAX_TEXT) return this.tell(sentence("long_text"));
    this.tell("");
    this.sendText(text.trim());
    this.text.value = "";
    this.fit();
    this.text.focus();
  }

  fit() {
    const empty = !this.text.value.trim();
    byId("send").hidden = empty;
    this.more.hidden = !empty;
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, TALLEST)}px`;
  }

  open(on) {
    this.tray.hidden = !on;
    this.more.setAttribute("aria-expanded", String(on));
  }

  pick(what) {
    this.open(false);
    if (what === "sample") return showSamples((blob, name) => this.sendFile(blob, name, "voice"), (text) => this.tell(text));
    const picker = byId("picker");
    this.picked = { audio: "voice", image: "image", file: "file" }[what];
    picker.accept = PICKS[what];
    picker.click();
  }

  take(picker) {
    for (const file of picker.files) this.sendFile(file, file.name, this.picked);
    picker.value = "";
    this.text.focus();
  }

  sendAll(files, event) {
    if (files.length === 0) return;
    event.preventDefault();
    for (const file of files) this.sendFile(file, file.name);
  }

  acceptDrops() {
    const drop = byId("drop");
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      drop.hidden = false;
    });
    addEventListener("dragleave", (event) => event.relatedTarget === null && (drop.hidden = true));
    addEventListener("drop", (event) => {
      drop.hidden = true;
      if (carriesFiles(event)) this.sendAll(event.dataTransfer.files, event);
    });
  }
}
