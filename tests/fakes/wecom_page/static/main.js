// The page: who one is, what one does, and a look at the chat a few times a second.
import { openChat } from "/static/chat.js";
import { draw } from "/static/chat_view.js";
import { make } from "/static/dom.js";

const MOMENT = { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" };
const say = (moment) => new Date(moment).toLocaleString("zh-CN", MOMENT);
const find = (id) => document.getElementById(id);
const people = await read("/people");
const press = (message, key, answers) => send("press", { message, key, answers });
const chat = openChat(find("chat"), (message) => draw(message, press));
let me = "";
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

async function look() {
  const who = me;
  const shown = await read(`/chats/${who}`).catch(() => null);
  if (who !== me || !shown) return;
  chat.show(shown.messages);
  find("now").textContent = say(shown.now);
  find("next").textContent = shown.next ? `下一次提醒：${say(shown.next)}` : "没有安排提醒";
  if (shown.complaints.length) complain(`平台有意见：${shown.complaints.join("；")}`);
  else if (shown.dropped) complain(`超过频率，平台悄悄丢了 ${shown.dropped} 条`);
}

function become() {
  const wanted = people.find((person) => person.id === location.hash.slice(1)) ?? people[0];
  me = wanted.id;
  find("me").textContent = wanted.name;
  for (const item of find("people").children) item.classList.toggle("me", item.id === me);
  chat.clear();
  complain("");
  look();
}

find("people").append(...people.map((person) => {
  const words = make("span", {}, person.name, make("small", {}, person.about));
  return make("li", { id: person.id }, make("a", { href: `#${person.id}` }, make("i", {}, person.name[0]), words));
}));
find("samples").querySelector("ul").append(...(await read("/samples")).map((sample) => {
  const button = make("button", {}, sample.text, make("small", {}, `${Math.round(sample.seconds)}″`));
  button.onclick = () => { find("samples").close(); send("voice", { sample: sample.id }); };
  return make("li", {}, button);
}));
find("voice").onclick = () => find("samples").showModal();
find("photo").onchange = async ({ target }) => {
  if (target.files[0]) await post(`/chats/${me}/photo`, target.files[0]);
  target.value = "";
};
find("composer").onsubmit = (submitted) => {
  submitted.preventDefault();
  const text = find("text").value.trim();
  find("text").value = "";
  if (text) send("text", { text });
};
for (const button of document.querySelectorAll("[data-move]")) button.onclick = () => post("/clock", button.dataset.move);
window.onhashchange = become;
become();
setInterval(look, 300);
