// The messages of one chat as WeCom shows them.
import { showCard } from "/static/card.js";
import { make } from "/static/dom.js";

export function draw(message, press) {
  const about = [message.at.slice(11, 16)];
  if (message.mine) about.push(message.acknowledged ? "已送达" : "程序没有收下");
  else if (message.updates) about.push(`卡片已更新 ${message.updates} 次`);
  const json = message.mine ? "" : JSON.stringify(message.content, null, 2);
  const raw = json && make("details", {}, make("summary", {}, "原文"), make("pre", {}, json));
  const foot = make("small", {}, about.join(" · "), raw);
  return make("li", { className: message.mine ? "mine" : "theirs" }, drawBody(message, press), foot);
}

function drawBody(message, press) {
  if (message.kind === "template_card") return showCard(message, press);
  const media = message.kind === "image" ? message.text ?? message.content.media_id : "";
  if (media) return make("img", { src: `/media/${encodeURIComponent(media)}`, alt: "照片" });
  const voice = message.kind === "voice" ? make("b", {}, "🎤 语音 ") : null;
  return make("p", { className: "bubble" }, voice, message.text ?? message.content.content ?? `[${message.kind}]`);
}
