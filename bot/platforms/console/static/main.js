// Puts the page together: who I am, the link to the server, the transcript and the input bar.

import { Clock } from "./clock.js";
import { Composer } from "./composer.js";
import { byId, loadJson } from "./dom.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { checkSize, measure, upload } from "./media.js";
import { Microphone } from "./microphone.js";
import { openPanelOnDemand, roleOf, showPeople } from "./people.js";
import { sentence } from "./sentences.js";
import { dropFile, keepFile, keptFiles } from "./waiting_files.js";

const TYPING_MS = 12_000;
const RELEASE_MS = 10_000;
const RECONNECT_MS = 3_000;
const FAMILY_KIND = { audio: "voice", image: "image", other: "file" };

async function open() {
  openPanelOnDemand();
  const people = await loadPeople();
  const wanted = new URLSearchParams(location.search).get("as");
  const me = people.find((person) => person.user_id === wanted) ?? (wanted ? undefined : people[0]);
  showPeople(people, me);
  if (!me) return showStranger();
  history.replaceState(null, "", `?as=${encodeURIComponent(me.user_id)}`);
  byId("status").textContent = `${me.name} · ${roleOf(me)}`;
  const chat = new Chat(me);
  await chat.takeUpFiles();
  chat.link.connect();
}

async function loadPeople() {
  for (;;) {
    try {
      const people = await loadJson("/console/people");
      byId("banner").hidden = true;
      return people;
    } catch {
      showBanner("连接不上服务，正在重试…");
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }
}

function showStranger() {
  showBanner(sentence("unknown_person"));
  byId("status").textContent = "请选择你是谁";
  byId("open-panel").click();
}

function showBanner(text) {
  const banner = byId("banner");
  banner.textContent = text;
  banner.hidden = !text;
}

class Chat {
  constructor(me) {
    this.me = me;
    this.files = new Map(); // not uploaded yet, by the message's id
    this.uploading = new Set();
    this.unread = 0;
    // 「明天」 above a message is 「昨天」 once the clock has moved.
    this.clock = new Clock({ changed: () => this.log.markTimes() });
    this.log = new Log({ me, now: this.clock.now, press: (choice) => this.press(choice), retry: (ref) => this.retry(ref) });
    this.composer = new Composer({
      sendText: (text) => this.sendText(text),
      sendFile: (blob, name, kind) => this.sendFile(blob, name, kind),
    });
    new Microphone({
      send: ({ blob, name, seconds }) => this.sendFile(blob, name, "voice", seconds),
      tell: (text) => this.composer.tell(text),
    });
    this.link = new Link(me.user_id, {
      connection: (state) => this.showConnection(state),
      history: (event) => this.showHistory(event),
      message: (event) => this.show(event.message),
      update: (event) => this.show(event.message),
      transcript: (event) => this.log.hear(event.ref, event.text),
      clock: (event) => this.clock.set(event),
      ack: (event) => this.log.settle(event.id),
      error: (event) => this.showError(event),
    });
    this.title = `跟进助手 · ${me.name}`;
    document.title = this.title;
    document.addEventListener("visibilitychange", () => document.hidden || this.countUnread(0));
  }

  showConnection(state) {
    document.body.dataset.connection = state;
    if (state === "open") showBanner("");
    if (state === "lost") showBanner("连接断开，正在重连… 这段时间发的消息会自动补发。");
    if (state === "unknown") showStranger();
  }

  showHistory(event) {
    this.clock.set(event.clock);
    const waiting = this.link.unsent.all().map(({ shown }) => shown).filter((shown) => shown.kind !== "button");
    const files = [...this.files.values()].map(({ shown }) => shown);
    this.log.load(event.messages, [...waiting, ...files]);
    for (const shown of files) this.uploadAndSend(shown.ref);
  }

  show(message) {
    this.log.put(message);
    if (message.from === "me") return this.showTyping(true);
    this.showTyping(false);
    this.log.releaseCards();
    this.clock.refreshSoon();
    if (document.hidden) this.countUnread(this.unread + 1);
  }

  showError(event) {
    if (event.id && this.log.has(event.id)) this.log.fail(event.id, event.text, false);
    else this.composer.tell(event.text);
    this.log.releaseCards();
  }

  // Three dots from the moment that a message is taken until the answer, for a while at most.
  showTyping(on) {
    clearTimeout(this.typing);
    byId("typing").hidden = !on;
    if (!on) return;
    this.typing = setTimeout(() => this.showTyping(false), TYPING_MS);
    this.log.toEnd();
  }

  countUnread(count) {
    this.unread = count;
    document.title = count > 0 ? `(${count}) ${this.title}` : this.title;
  }

  sendText(text) {
    const shown = this.begin({ kind: "text", text });
    this.link.send({ type: "send", id: shown.ref, kind: "text", text }, shown);
  }

  press({ action, cardKey }) {
    const id = crypto.randomUUID();
    const shown = { ref: id, at: this.clock.isoNow(), from: "me", kind: "button" };
    this.link.send({ type: "send", id, kind: "button", action, card_key: cardKey ?? null }, shown);
    setTimeout(() => this.log.releaseCards(), RELEASE_MS);
  }

  // Shows my message at once, as one that is still on its way.
  begin(content) {
    const shown = { ref: crypto.randomUUID(), at: this.clock.isoNow(), from: "me", state: "waiting", ...content };
    this.log.put(shown);
    this.log.toEnd();
    return shown;
  }

  async sendFile(blob, name, kind, knownSeconds) {
    const problem = checkSize(blob);
    if (problem) return this.composer.tell(problem);
    const guess = kind ?? (blob.type.startsWith("audio/") || /\.(amr|og[ga]|mp3|m4a|wav)$/i.test(name) ? "voice" : blob.type.startsWith("image/") ? "image" : "file");
    const seconds = knownSeconds ?? (guess === "voice" ? await measure(blob) : undefined);
    const local = URL.createObjectURL(blob);
    const shown = this.begin({
      kind: guess, progress: "上传中…",
      ...(guess === "voice" ? { voice: { src: local, seconds } } : { file: { src: local, name, size: blob.size } }),
    });
    const file = { userId: this.me.user_id, shown, blob, name, kind, seconds };
    this.files.set(shown.ref, file);
    await keepFile(file);
    await this.uploadAndSend(shown.ref);
  }

  // Files that an earlier page could not upload go on where they stopped.
  async takeUpFiles() {
    for (const file of await keptFiles(this.me.user_id)) {
      const src = URL.createObjectURL(file.blob);
      const { voice, file: attached } = file.shown;
      const shown = { ...file.shown, ...(voice ? { voice: { ...voice, src } } : { file: { ...attached, src } }) };
      this.files.set(shown.ref, { ...file, shown });
    }
  }

  async uploadAndSend(ref) {
    if (this.uploading.has(ref)) return;
    this.uploading.add(ref);
    const { shown, blob, name, kind, seconds } = this.files.get(ref);
    try {
      const stored = await upload(blob, name);
      const request = { type: "send", id: ref, kind: kind ?? FAMILY_KIND[stored.family], media_ref: stored.ref };
      if (seconds !== undefined) request.seconds = Math.round(seconds * 100) / 100;
      // A blob's address dies with the page; what is kept for a reload names the server's copy.
      const src = `/console/media/${encodeURIComponent(stored.ref)}`;
      const kept = { ...shown, kind: request.kind, progress: undefined };
      if (request.kind === "voice") kept.voice = { src, seconds };
      else kept.file = { src, name, size: stored.size };
      this.link.send(request, kept);
      this.forgetFile(ref);
    } catch (problem) {
      // The server's own words are its last: only a lost connection is worth another try.
      if (problem.text) this.forgetFile(ref);
      this.log.fail(ref, problem.text ?? sentence("upload_failed"), !problem.text);
    } finally {
      this.uploading.delete(ref);
    }
  }

  forgetFile(ref) {
    this.files.delete(ref);
    dropFile(this.me.user_id, ref);
  }

  retry(ref) {
    if (!this.files.has(ref)) return;
    this.log.put(this.files.get(ref).shown);
    this.uploadAndSend(ref);
  }
}

open();
