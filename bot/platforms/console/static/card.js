// Makes a card: title, the customer's words, rows with what they came from, buttons and drop-downs.

import { el, icon, unseen, words } from "./dom.js";

export function cardOf(message, press) {
  const { card, key, ref } = message;
  const send = (choice, control) => {
    const body = control.closest(".card");
    if (body.hasAttribute("aria-busy")) return;
    waitFor(body, control);
    press({ action: choice.action, cardKey: key, ref, label: choice.label });
  };
  const foot = card.buttons.length > 0 && el("div", { class: "buttons", role: "group", "aria-label": "可选操作" },
    ...card.buttons.map((button) => buttonOf(button, send)));
  return el("article", { class: "bubble card", tabindex: "-1", "aria-label": card.title },
    el("h3", {}, ...words(card.title)),
    card.quote && el("blockquote", {}, unseen("原话："), card.quote),
    card.rows.length > 0 && el("dl", {}, ...card.rows.map(rowOf)),
    card.note && el("p", { class: "note" }, ...words(card.note)),
    ...card.selects.map((select) => selectOf(select, send)),
    foot);
}

const LONG_LABEL = 8; // characters; beyond them a narrow column would break the label into many lines

function rowOf(row) {
  const value = el("dd", {},
    row.was && el("del", {}, unseen("原来是："), ...words(row.was)),
    row.was && el("span", { class: "arrow", "aria-hidden": "true" }, "→"),
    row.was ? el("ins", {}, unseen("改为："), ...words(row.value)) : el("span", {}, ...words(row.value)),
    row.said && el("p", { class: "said" }, el("span", { class: "mark" }, "原话"), el("q", {}, row.said)));
  const long = [...row.label].length > LONG_LABEL;
  return el("div", { class: ["row", row.was && "changed", long && "long"].filter(Boolean).join(" ") }, el("dt", {}, row.label), value);
}

function buttonOf(button, send) {
  return el("button", {
    type: "button", class: button.primary ? "primary" : "",
    onclick: (event) => send(button, event.currentTarget),
  }, el("span", { class: "digit" }, String(button.digit)), " ", button.label);
}

// A drop-down opens a list of buttons below it: one tap to open, one to choose, nothing sent by an arrow key.
function selectOf(select, send) {
  const chosen = select.options.find((option) => option.chosen);
  const list = el("div", { class: "options", role: "group", "aria-label": select.label, hidden: true },
    ...select.options.map((option) => el("button", {
      type: "button", "aria-pressed": String(option.chosen), onclick: (event) => send(option, event.currentTarget),
    }, el("span", { class: "digit" }, String(option.digit)), " ", option.label)));
  const opener = el("button", {
    type: "button", class: "opener", "aria-expanded": "false",
    onclick: () => show(list.hidden),
  }, el("span", { class: "label" }, select.label), el("span", { class: "chosen" }, chosen?.label ?? "请选择"), icon("chevron"));
  const show = (open) => {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) list.scrollIntoView({ block: "nearest" });
  };
  return el("div", {
    class: "select",
    onkeydown: (event) => {
      if (event.key !== "Escape" || list.hidden) return;
      event.stopPropagation();
      show(false);
      opener.focus();
    },
  }, opener, list);
}

// From the press until the answer the card takes no second press. The controls keep their focus, so a keyboard
// user is not thrown out of the card; that is why they are aria-disabled and not disabled.
function waitFor(body, control) {
  body.setAttribute("aria-busy", "true");
  control.classList.add("pressed");
  for (const each of body.querySelectorAll("button")) each.setAttribute("aria-disabled", "true");
}

export function release(body) {
  body.removeAttribute("aria-busy");
  for (const each of body.querySelectorAll("button")) {
    each.removeAttribute("aria-disabled");
    each.classList.remove("pressed");
  }
}
