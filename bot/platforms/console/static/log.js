// The transcript: messages in order, replaced in place by their reference, with the time where it helps.

import { contentOf } from "./bubbles.js";
import { release } from "./card.js";
import { avatar, byId, el, unseen } from "./dom.js";
import { sayMoment } from "./times.js";

const GAP = 5 * 60_000;
const NEAR_END = 120;
const MARGIN = 12;

export class Log {
  constructor({ me, press, retry, now }) {
    Object.assign(this, { me, press, retry, now });
    this.box = byId("log");
    this.scroll = byId("scroll");
    this.newest = byId("newest");
    this.entries = new Map();
    this.newest.addEventListener("click", () => this.toEnd());
    // Following: the newest message is kept in view until the person scrolls away by hand.
    this.following = true;
    this.looking = false; // at an updated card further up
    this.scroll.addEventListener("scroll", () => this.noticeScroll(), { passive: true });
    const resized = new ResizeObserver(() => this.following && !this.looking && this.toEnd());
    resized.observe(this.box);
    resized.observe(this.scroll);
  }

  // Shows the history; what stands there unchanged is kept, so a reconnect neither flickers nor is read aloud.
  load(messages, waiting) {
    this.box.setAttribute("aria-busy", "true");
    const wanted = new Set([...messages.map((message) => message.ref), ...waiting.map((message) => message.ref)]);
    for (const [ref, entry] of this.entries) {
      if (!wanted.has(ref)) {
        entry.node.remove();
        this.entries.delete(ref);
      }
    }
    for (const message of messages) this.put(message, { quiet: true });
    for (const message of waiting) this.put(message, { quiet: true });
    this.sort();
    this.box.setAttribute("aria-busy", "false");
    this.toEnd();
  }

  // Adds a message, or replaces the one with the same reference.
  put(message, { quiet = false } = {}) {
    const before = this.entries.get(message.ref);
    if (before) return this.replace(before, message, quiet);
    const entry = { message, node: this.draw(message), print: JSON.stringify(message) };
    const stay = !quiet && !this.following && message.from === "bot";
    this.entries.set(message.ref, entry);
    this.box.append(entry.node);
    this.markTimes();
    if (stay) this.newest.hidden = false;
    else if (!quiet) this.toEnd();
    return entry;
  }

  replace(entry, message, quiet) {
    const full = { ...message, at: entry.message.at, transcript: message.transcript ?? entry.message.transcript };
    const print = JSON.stringify(full);
    if (print === entry.print) {
      const card = entry.node.querySelector(".card");
      if (card) release(card);
      return;
    }
    const hadFocus = entry.node.contains(document.activeElement);
    const node = this.draw(full);
    entry.node.replaceWith(node);
    Object.assign(entry, { message: full, node, print });
    this.markTimes();
    if (message.from === "bot" && !quiet) node.classList.add("fresh");
    if (hadFocus) (node.querySelector(".card button") ?? node.querySelector(".card"))?.focus({ preventScroll: true });
    if (!quiet && this.following) this.lookAt(node);
  }

  draw(message) {
    const mine = message.from === "me";
    const state = message.state === "failed"
      ? el("p", { class: "state failed" }, message.problem, message.canRetry && el("button", { type: "button", onclick: () => this.retry(message.ref) }, "重发"))
      : message.state === "waiting" && el("p", { class: "state" }, unseen("状态："), message.progress ?? "发送中…");
    const face = mine ? avatar(this.me) : el("span", { class: "avatar bot", "aria-hidden": "true" }, "跟");
    return el("div", { class: `message ${mine ? "mine" : "theirs"}`, "data-ref": message.ref },
      face, el("div", { class: "side" }, unseen(mine ? "我：" : "跟进助手："), contentOf(message, this), state));
  }

  has(ref) {
    return this.entries.has(ref);
  }

  settle(ref) {
    const entry = this.entries.get(ref);
    if (entry?.message.state) this.replace(entry, { ...entry.message, state: undefined, progress: undefined }, true);
  }

  fail(ref, problem, canRetry) {
    const entry = this.entries.get(ref);
    if (entry) this.replace(entry, { ...entry.message, state: "failed", problem, canRetry }, true);
  }

  hear(ref, transcript) {
    const entry = this.entries.get(ref);
    if (entry) this.replace(entry, { ...entry.message, transcript }, true);
  }

  // Lets every card be pressed again: the answer came as another message, or not at all.
  releaseCards() {
    for (const card of this.box.querySelectorAll(".card[aria-busy]")) release(card);
  }

  sort() {
    const order = [...this.entries.values()].sort((one, other) => Date.parse(one.message.at) - Date.parse(other.message.at));
    for (const [place, entry] of order.entries()) {
      if (this.box.children[place] !== entry.node) this.box.insertBefore(entry.node, this.box.children[place] ?? null);
    }
    this.markTimes();
  }

  markTimes() {
    let last = -Infinity;
    for (const node of this.box.children) {
      const entry = this.entries.get(node.dataset.ref);
      const at = Date.parse(entry.message.at);
      const stamp = at - last >= GAP ? sayMoment(at, this.now()) : "";
      if (node.dataset.time !== stamp) {
        if (stamp) node.dataset.time = stamp;
        else delete node.dataset.time;
        node.querySelector(":scope > time")?.remove();
        if (stamp) node.prepend(el("time", { datetime: entry.message.at }, stamp));
      }
      last = at;
    }
  }

  isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
  }

  toEnd() {
    this.newest.hidden = true;
    this.following = true;
    this.looking = false;
    this.moveTo(this.scroll.scrollHeight);
  }

  // Brings a message that changed fully into view, if it is not.
  lookAt(node) {
    const view = this.scroll.getBoundingClientRect();
    const box = node.getBoundingClientRect();
    if (box.top >= view.top && box.bottom <= view.bottom) return;
    if (node === this.box.lastElementChild) return this.toEnd();
    this.looking = true;
    this.moveTo(this.scroll.scrollTop + box.top - view.top - MARGIN);
  }

  moveTo(top) {
    const before = this.scroll.scrollTop;
    this.scroll.scrollTop = top;
    this.ownScroll = this.scroll.scrollTop !== before;
  }

  noticeScroll() {
    if (this.isAtEnd()) this.newest.hidden = true;
    if (this.ownScroll) {
      this.ownScroll = false;
      return;
    }
    this.following = this.isAtEnd();
    this.looking = false;
  }
}
