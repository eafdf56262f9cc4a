// Keeps messages that the server has not acknowledged, one entry a message, so that a reload loses nothing.

const PREFIX = "genjin.unsent";

export class Unsent {
  constructor(userId) {
    this.prefix = `${PREFIX}.${userId}.`;
    this.inMemory = new Map();
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(this.prefix))) {
      try {
        const entry = JSON.parse(localStorage.getItem(key));
        this.inMemory.set(entry.request.id, entry);
      } catch {
        localStorage.removeItem(key);
      }
    }
  }

  // `request` is the event as it goes over the wire; `shown` is what its bubble needs.
  put(request, shown) {
    const entry = { request, shown };
    this.inMemory.set(request.id, entry);
    try {
      localStorage.setItem(this.prefix + request.id, JSON.stringify(entry));
    } catch {
      // A full or forbidden store: the message still goes out from memory.
    }
  }

  drop(id) {
    this.inMemory.delete(id);
    localStorage.removeItem(this.prefix + id);
  }

  has(id) {
    return this.inMemory.has(id);
  }

  all() {
    return [...this.inMemory.values()].sort((one, other) => Date.parse(one.shown.at) - Date.parse(other.shown.at));
  }
}
