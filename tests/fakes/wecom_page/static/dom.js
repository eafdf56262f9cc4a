// Builds elements; words are always set as text.

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

// A link to a page, nothing where the address is none.
export function link(words, address) {
  if (!/^https?:\/\//.test(address ?? "")) return null;
  return make("a", { textContent: words, href: address, target: "_blank", rel: "noopener", className: "button" });
}
