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

// Signs that are drawn by the page, since not every machine has a font for them.
const SIGNS = { "✅": "done", "⚠️": "warning", "⚠": "warning", "⏰": "alarm" };
const DATE = "\\d\\d-\\d\\d 周.(?: \\d\\d:\\d\\d)?";
const SPECIAL = new RegExp(`(${Object.keys(SIGNS).join("|")}|${DATE})`, "u");

// Text as nodes: the known signs drawn (a screen reader and a copy still get the sign), dates each on one line.
export const words = (text) =>
  text.split(SPECIAL).map((part, place) => {
    if (place % 2 === 0) return part;
    const sign = SIGNS[part];
    return sign ? el("span", { class: `sign ${sign}` }, icon(sign), unseen(part)) : el("span", { class: "date" }, part);
  });

// A round picture of a name; the colour follows from the person's id.
export function avatar(person) {
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, [...person.name][0] ?? "？");
  const mixed = [...person.user_id].reduce((mix, letter) => (mix * 33 + letter.codePointAt(0)) % 9973, 7);
  face.style.setProperty("--hue", String((mixed * 47) % 360));
  return face;
}

export async function loadJson(path, options) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(body.text ?? response.statusText), { text: body.text });
  return body;
}
