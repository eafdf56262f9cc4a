// The panel beside the chat: who I am, and a second window as somebody else.

import { avatar, byId, el, icon, unseen } from "./dom.js";

const ROLES = { rep: "销售", supervisor: "主管", admin: "管理员" };
const WINDOW = "popup,width=460,height=860";

export const roleOf = (person) => [ROLES[person.role] ?? person.role, person.team].filter(Boolean).join(" · ");

export function showPeople(people, me) {
  byId("people").replaceChildren(...people.map((person) => rowOf(person, person.user_id === me?.user_id)));
}

function rowOf(person, isMe) {
  const href = `?as=${encodeURIComponent(person.user_id)}`;
  const beside = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (open(href, `genjin-${person.user_id}`, WINDOW)) event.preventDefault();
  };
  return el("li", { class: isMe ? "me" : "" },
    el("a", { class: "person", href, "aria-current": isMe ? "true" : null },
      avatar(person),
      el("span", { class: "about" }, el("b", {}, person.name), el("small", {}, roleOf(person))),
      isMe && el("span", { class: "current" }, "当前")),
    !isMe && el("a", { class: "icon", href, target: "_blank", rel: "noopener", title: `在新窗口以${person.name}打开`, onclick: beside },
      icon("window"), unseen(`在新窗口以${person.name}打开`)));
}

// On a narrow page the panel slides over the chat; on a wide one it stands beside it all the time.
export function openPanelOnDemand() {
  const panel = byId("panel");
  const opener = byId("open-panel");
  const wide = matchMedia("(min-width: 900px)");
  const show = (open) => {
    panel.classList.toggle("open", open);
    panel.inert = !open && !wide.matches;
    opener.setAttribute("aria-expanded", String(open));
  };
  opener.addEventListener("click", () => {
    show(!panel.classList.contains("open"));
    if (panel.classList.contains("open")) byId("close-panel").focus();
  });
  const close = () => {
    show(false);
    opener.focus();
  };
  byId("close-panel").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && !wide.matches && close());
  wide.addEventListener("change", () => show(false));
  show(false);
}
