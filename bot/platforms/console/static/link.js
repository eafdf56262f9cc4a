// The websocket to the server: reconnects by itself, and sends every message until it is acknowledged.

import { Unsent } from "./unsent.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const BUSY_WAIT = 1_500;
const UNKNOWN_PERSON = 4404;

export class Link {
  // `on` has one function an event type of the server, and `connection(state, waitMs)`.
  constructor(userId, on) {
    this.userId = userId;
    this.on = on;
    this.unsent = new Unsent(userId);
    this.wait = FIRST_WAIT;
    this.closed = false;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/console/ws?user=${encodeURIComponent(this.userId)}`);
    this.socket = socket;
    socket.addEventListener("message", (frame) => this.hear(JSON.parse(frame.data)));
    socket.addEventListener("close", (closing) => this.lose(socket, closing));
  }

  hear(event) {
    if (event.type === "history") {
      for (const message of event.messages) this.unsent.drop(message.ref);
      this.on.connection("open");
      this.on.history(event);
      for (const { request } of this.unsent.all()) this.socket.send(JSON.stringify(request));
      return;
    }
    if (event.type === "ack") {
      // Only a message that came through shows that the server is well again.
      this.wait = FIRST_WAIT;
      this.unsent.drop(event.id);
    }
    // Another window of the same person may have sent it.
    if (event.type === "message" && event.message.from === "me") this.unsent.drop(event.message.ref);
    if (event.type === "error" && event.id) this.unsent.drop(event.id);
    if (event.type === "busy") setTimeout(() => this.resend(event.id), BUSY_WAIT);
    this.on[event.type]?.(event);
  }

  send(request, shown) {
    this.unsent.put(request, shown);
    this.resend(request.id);
  }

  resend(id) {
    const entry = this.unsent.inMemory.get(id);
    if (entry && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(entry.request));
  }

  lose(socket, closing) {
    if (socket !== this.socket || this.closed) return;
    if (closing.code === UNKNOWN_PERSON) {
      this.closed = true;
      this.on.connection("unknown");
      return;
    }
    const wait = this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.on.connection("lost", wait);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  hurry() {
    if (this.timer !== undefined && !this.closed) this.connect();
  }
}
