// A template card, by the fields that the platform was sent.
import { link, make } from "/static/dom.js";

const WAIT_MS = 1500;

export function showCard(message, press) {
  const card = message.content;
  const selects = new Map();
  const questions = [card.select_list, card.button_selection].flat().filter(Boolean);
  const element = make("article", { className: "card" },
    make("h3", {}, card.main_title?.title),
    words("p", card.main_title?.desc, "desc"),
    words("blockquote", [card.quote_area?.title, card.quote_area?.quote_text].filter(Boolean).join("\n")),
    words("p", card.sub_title_text, "sub"),
    rows(card.horizontal_content_list ?? []),
    ...questions.map((question) => showQuestion(question, selects)),
  );
  // An answer that changes the card replaces it; the answer may also be a message of its own.
  const wait = (button, waiting) => {
    for (const each of element.querySelectorAll("button, select")) each.disabled = waiting;
    button.classList.toggle("pressed", waiting);
  };
  element.append(showButtons(message, async (key, button) => {
    const chosen = Object.fromEntries([...selects].map(([question, select]) => [question, select.value]));
    wait(button, true);
    await press(message.id, key, chosen);
    setTimeout(wait, WAIT_MS, button, false);
  }));
  return element;
}

function words(tag, textContent, className = "") {
  return textContent ? make(tag, { textContent, className }) : null;
}

function rows(list) {
  if (!list.length) return null;
  return make("dl", {}, ...list.flatMap((row) => [make("dt", {}, row.keyname), make("dd", {}, row.value)]));
}

function showQuestion(question, selects) {
  const select = make("select");
  select.append(...question.option_list.map((option) => make("option", { value: option.id }, option.text)));
  if (question.selected_id) select.value = question.selected_id;
  selects.set(question.question_key, select);
  return make("label", { className: "question" }, make("span", {}, question.title), select);
}

function showButtons(message, press) {
  const card = message.content;
  const done = message.greyed || card.replace_text;
  if (done) return make("footer", {}, make("button", { disabled: true, className: "done" }, done));
  const all = [...(card.button_list ?? []), ...(card.submit_button ? [{ style: 1, ...card.submit_button }] : [])];
  const buttons = all.map((button) => {
    if (button.type === 1) return link(button.text, button.url);
    const element = make("button", { textContent: button.text, className: button.style === 1 ? "primary" : "" });
    element.onclick = () => press(button.key, element);
    return element;
  });
  return make("footer", {}, ...buttons, ...(card.jump_list ?? []).map((jump) => link(jump.title, jump.url)));
}
