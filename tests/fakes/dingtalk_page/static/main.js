// The page: who one is, in which chat, what one does, and a look at the chat a few times a second.
import { openChat } from "/static/chat.js";
import { draw, wordsOf } from "/static/chat_view.js";
import { make } from "/static/dom.js";

const MOMENT = { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" };
const sayMoment = (moment) => new Date(moment).toLocaleString("zh-CN", MOMENT);
const find = (id) => document.getElementById(id);
const people = await read("/people");
const acts = {
  press: (message, label) => send("press", { message, label }),
  say: (text) => send("text", { text }),
  quote: (message) => quote(message),
};
const chat = openChat(find("chat"), (message) => draw(message, acts));
let me = "";
let room = "";
let quoted = "";

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", body }).catch(() => null);
  complain(answer?.ok ? "" : `没有发出去（${answer?.status ?? "模拟器没有运行"}）`);
  await look();
}
const send = (action, wanted) => post(`/chats/${me}/${action}`, JSON.stringify(wanted));

function complain(words) {
  find("complaints").hidden = !words;
  find("complaints").textContent = words;
}

function quote(message) {
  quoted = message?.id ?? "";
  find("quoted").hidden = !quoted;
  find("quoted").firstElementChild.textContent = quoted ? `引用：${wordsOf(message)}` : "";
  if (quoted) find("text").focus();
}

async function look() {
  const [who, where] = [me, room];
  const shown = await read(`/chats/${who}${where ? "?room" : ""}`).catch(() => null);
  if (who !== me || where !== room || !shown) return;
  chat.show(shown.messages);
  find("now").textContent = sayMoment(shown.now);
  find("next").textContent = shown.next ? `下一次提醒：${sayMoment(shown.next)}` : "没有安排提醒";
  find("counted").textContent = `本月用量：接口 ${shown.counted.api ?? 0} 次，推送 ${shown.counted.push ?? 0} 次`;
  if (shown.complaints.length) complain(`平台有意见：${shown.complaints.join("；")}`);
}

function become() {
  const [name, where = ""] = location.hash.slice(1).split("/");
  const wanted = people.find((person) => person.id === name) ?? people[0];
  me = wanted.id;
  room = where === "room" ? "room" : "";
  find("me").textContent = wanted.name;
  find("text").placeholder = room ? "在群里 @跟进 说……" : "说说这次拜访……";
  for (const item of find("people").children) item.classList.toggle("me", item.id === me);
  for (const tab of find("chats").children) tab.setAttribute("aria-selected", String(tab.dataset.room === room));
  // In a group a robot is sent neither voice notes nor files.
  for (const id of ["voice", "file"]) find(id).disabled = Boolean(room);
  chat.clear();
  quote(null);
  complain("");
  look();
}

find("people").append(...people.map((person) => {
  const words = make("span", {}, person.name, make("small", {}, person.about));
  return make("li", { id: person.id }, make("a", { href: `#${person.id}` }, make("i", {}, person.name[0]), words));
}));
find("samples").querySelector("ul").append(...(await read("/samples")).map((sample) => {
  const button = make("button", {}, sample.text, make("small", {}, `${Math.round(sample.seconds)}″`));
  button.onclick = () => {
    find("samples").close();
    send("voice", { sample: sample.id, recognised: find("recognised").checked });
  };
  return make("li", {}, button);
}));
for (const tab of find("chats").children) tab.onclick = () => { location.hash = tab.dataset.room ? `${me}/room` : me; };
find("quoted").lastElementChild.onclick = () => quote(null);
find("voice").onclick = () => find("samples").showModal();
find("file").onchange = async ({ target }) => {
  const [file] = target.files;
  if (file) await post(`/chats/${me}/file?name=${encodeURIComponent(file.name)}`, file);
  target.value = "";
};
find("composer").onsubmit = (submitted) => {
  submitted.preventDefault();
  const text = find("text").value.trim();
  find("text").value = "";
  if (text) send("text", { text, room: Boolean(room), quoted });
  quote(null);
};
for (const button of document.querySelectorAll("[data-move]")) button.onclick = () => post("/clock", button.dataset.move);
window.onhashchange = become;
become();
setInterval(look, 300);
