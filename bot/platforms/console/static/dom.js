// Builds elements; text only ever enters the page as text nodes.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

// el("p", { class: "note", onclick: f }, "text", child, null): null and false children are left out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

export const unseen = (text) => el("span", { class: "unseen" }, text);

// A round picture of a name; the colour follows from the person's id.
export function avatar(person) {
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, [...person.name][0] ?? "？");
  const sum = [...person.user_id].reduce((total, letter) => total + letter.codePointAt(0) * 37, 0);
  face.style.setProperty("--hue", String((sum * 7) % 360));
  return face;
}

export async function loadJson(path, options) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(body.text ?? response.statusText), { text: body.text });
  return body;
}
