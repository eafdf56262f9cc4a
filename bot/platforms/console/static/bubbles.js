// Makes the bubble of one message: text, voice, picture, file or card.

import { cardOf } from "./card.js";
import { el, icon, unseen, words } from "./dom.js";
import { player } from "./player.js";
import { sayLength, saySize, spokenLength } from "./times.js";

// `press(action, cardKey, ref)` sends a button; `retry(ref)` sends a failed message again.
export function contentOf(message, { press }) {
  if (message.kind === "card") return cardOf(message, press);
  const parts = [];
  if (message.voice) parts.push(voiceOf(message));
  if (message.file) parts.push(message.kind === "image" ? pictureOf(message.file) : fileOf(message.file));
  if (message.text) parts.push(el("p", { class: "words" }, ...words(message.text)));
  return el("div", { class: `bubble ${message.kind}` }, ...parts);
}

function voiceOf({ voice, transcript, ref }) {
  const length = voice.seconds ? sayLength(voice.seconds) : "";
  const spoken = voice.seconds ? `，${spokenLength(voice.seconds)}` : "";
  const waves = el("span", { class: "waves", "aria-hidden": "true" });
  // One bar a third of a second, so that a longer note is a longer bubble; heights follow from the id.
  const bars = Math.min(28, Math.max(8, Math.round((voice.seconds ?? 4) * 2)));
  for (let place = 0; place < bars; place += 1) {
    const bar = el("i");
    const seed = ref.charCodeAt(place % ref.length) * (place + 3);
    bar.style.setProperty("--tall", String(0.25 + ((seed * 37) % 75) / 100));
    waves.append(bar);
  }
  const face = el("span", { class: "face" }, icon("play"));
  const button = el("button", { class: "voice", type: "button", disabled: !voice.src },
    unseen(`播放语音${spoken}`), face, waves, el("span", { class: "length", "aria-hidden": "true" }, length));
  const trouble = el("p", { class: "trouble", role: "status" });
  player.attach(button, () => voice.src, {
    playing: (on) => {
      button.classList.toggle("playing", on);
      face.replaceChildren(icon(on ? "pause" : "play"));
    },
    failed: (text) => (trouble.textContent = text),
  });
  const heard = transcript && el("p", { class: "heard" }, unseen("听到的内容："), transcript);
  return el("div", {}, button, heard, trouble);
}

function pictureOf(file) {
  return el("a", { class: "picture", href: file.src, target: "_blank", rel: "noopener", "aria-label": `查看图片 ${file.name}` },
    el("img", { src: file.src, alt: file.name || "图片", loading: "lazy" }));
}

function fileOf(file) {
  const suffix = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4).toUpperCase() : "";
  return el("a", { class: "document", href: file.src, download: file.name },
    el("span", { class: "sheet-icon", "aria-hidden": "true" }, suffix || icon("file")),
    el("span", { class: "about" }, el("b", {}, file.name), el("small", {}, file.size ? saySize(file.size) : "下载")));
}
