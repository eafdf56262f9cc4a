// The messages of one chat as DingTalk shows them.
import { make } from "/static/dom.js";
import { showMarkdown } from "/static/markdown.js";

const WAIT_MS = 1500;

export function draw(message, { press, say, quote }) {
  const about = [message.who, message.at.slice(11, 16)].filter(Boolean);
  if (message.mine) about.push(message.acknowledged ? "已送达" : "程序没有收下");
  else if (message.updates) about.push(`卡片已更新 ${message.updates} 次`);
  const json = message.content ? JSON.stringify(message.content, null, 2) : "";
  const raw = json && make("details", {}, make("summary", {}, "原文"), make("pre", {}, json));
  const quoting = make("button", { className: "quote", onclick: () => quote(message) }, "引用");
  const foot = make("small", {}, about.join(" · "), " ", quoting, raw);
  return make("li", { className: message.mine ? "mine" : "theirs" }, drawBody(message, press, say), foot);
}

export function wordsOf(message) {
  return message.text ?? message.content.title ?? message.content.content ?? "";
}

function drawBody(message, press, say) {
  const fields = message.content;
  if (message.kind === "picture") return showPicture(message.text);
  if (message.kind === "sampleImageMsg") return showPicture(fields.photoURL);
  if (message.kind === "sampleFile") return make("p", { className: "bubble" }, `📄 ${fields.fileName}`);
  if (fields && "title" in fields) return showCard(message, press, say);
  const sign = { audio: "🎤 语音 ", file: "📄 " }[message.kind] ?? "";
  return make("p", { className: "bubble" }, sign, message.text ?? fields.content ?? `[${message.kind}]`);
}

function showPicture(media) {
  return make("img", { src: `/media/${encodeURIComponent(media)}`, alt: "照片" });
}

function showCard(message, press, say) {
  const fields = message.content;
  const heading = message.via === "card" ? [make("h4", {}, fields.title)] : [];
  const buttons = message.buttons.map((label) => {
    const button = make("button", {}, label);
    button.onclick = async () => {
      button.classList.add("tapped");
      await press(message.id, label);
      setTimeout(() => button.classList.remove("tapped"), WAIT_MS);
    };
    return button;
  });
  const body = showMarkdown(fields.body ?? fields.text ?? "", say);
  return make("article", { className: "card" }, ...heading, ...body, buttons.length ? make("footer", {}, ...buttons) : null);
}
