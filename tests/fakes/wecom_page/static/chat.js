// The messages of one chat; what did not change stays as it is.
import { showCard } from "/static/card.js";
import { make } from "/static/dom.js";

export class Chat {
  constructor(list, press) {
    this.list = list;
    this.press = press;
    this.shown = new Map();
  }

  clear() {
    this.list.replaceChildren();
    this.shown.clear();
  }

  show(messages) {
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    let changed = false;
    for (const message of messages) {
      const state = JSON.stringify(message);
      const before = this.shown.get(message.id);
      if (before?.state === state) continue;
      const element = this.draw(message);
      if (before) before.element.replaceWith(element);
      else this.list.append(element);
      this.shown.set(message.id, { state, element });
      changed = true;
    }
    if (changed && atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  draw(message) {
    const about = [message.at.slice(11, 16)];
    if (message.mine) about.push(message.acknowledged ? "已送达" : "程序没有收下");
    if (message.updates) about.push(`卡片已更新 ${message.updates} 次`);
    const element = make("li", { className: message.mine ? "mine" : "theirs" }, this.drawBody(message));
    const json = message.mine ? "" : JSON.stringify(message.content, null, 2);
    const raw = json && make("details", {}, make("summary", {}, "原文"), make("pre", {}, json));
    element.append(make("small", {}, about.join(" · "), raw));
    return element;
  }

  drawBody(message) {
    if (message.kind === "template_card") return showCard(message, this.press);
    const media = message.kind === "image" ? message.text ?? message.content.media_id : "";
    if (media) return make("img", { src: `/media/${encodeURIComponent(media)}`, alt: "照片" });
    const text = message.text ?? message.content.content ?? `[${message.kind}]`;
    const voice = message.kind === "voice" ? make("b", {}, "🎤 语音 ") : null;
    return make("p", { className: "bubble" }, voice, text);
  }
}
