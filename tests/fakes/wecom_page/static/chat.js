// Keeps a list of messages as it is on the phone; what did not change stays as it is.
export function openChat(list, draw) {
  const shown = new Map();

  function clear() {
    list.replaceChildren();
    shown.clear();
  }

  function show(messages) {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    // A recalled message leaves the screen.
    const there = new Set(messages.map((message) => message.id));
    for (const [id, { element }] of shown) {
      if (there.has(id)) continue;
      element.remove();
      shown.delete(id);
    }
    for (const [place, message] of messages.entries()) {
      const state = JSON.stringify(message);
      const before = shown.get(message.id);
      if (before?.state === state) continue;
      const element = draw(message);
      if (before) before.element.replaceWith(element);
      else list.insertBefore(element, list.children[place] ?? null);
      shown.set(message.id, { state, element });
    }
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  return { clear, show };
}
