// The sheet of sample notes: listen to one, then send it as one's own voice.

import { byId, el, icon, loadJson, unseen } from "./dom.js";
import { player } from "./player.js";
import { sentence } from "./sentences.js";
import { sayLength } from "./times.js";

// `send(blob, name)` takes the chosen note, `tell(text)` shows a problem.
export async function showSamples(send, tell) {
  const sheet = byId("sheet");
  byId("close-sheet").onclick = () => sheet.close();
  sheet.onclose = () => player.stop();
  sheet.onclick = (event) => event.target === sheet && sheet.close();
  try {
    const samples = await loadJson("/console/samples");
    byId("samples").replaceChildren(...samples.map((sample) => rowOf(sample, async () => {
      sheet.close();
      const response = await fetch(pathOf(sample));
      if (response.ok) send(await response.blob(), `${sample.id}.amr`);
      else tell(sentence("not_found"));
    })));
    sheet.showModal();
  } catch {
    tell(sentence("upload_failed"));
  }
}

const pathOf = (sample) => `/console/samples/${encodeURIComponent(sample.id)}`;

function rowOf(sample, choose) {
  const face = el("span", { class: "face" }, icon("play"));
  const listen = el("button", { type: "button", class: "icon" }, unseen(`试听：${sample.text}`), face);
  const trouble = el("small", { class: "trouble", role: "status" });
  player.attach(listen, () => `${pathOf(sample)}?as=wav`, {
    playing: (on) => face.replaceChildren(icon(on ? "pause" : "play")),
    failed: (text) => (trouble.textContent = text),
  });
  return el("li", { "data-sample": sample.id }, listen,
    el("p", {}, sample.text, " ", el("small", {}, sayLength(sample.seconds)), trouble),
    el("button", { type: "button", class: "primary", onclick: choose }, "发送", unseen(`：${sample.text}`)));
}
