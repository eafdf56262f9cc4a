"use strict";

const MAX_BYTES = 20 * 1024 * 1024;
const SENTENCES = {
  received: "✅ 已收到，放到这一项里了。可以关掉这一页。",
  used: "这个链接已经用过了。要再传，请在聊天里重新点「已完成」。",
  closed: "这一项已经完成，不用再传了。",
  expired: "链接过了 24 小时，已经失效。请在聊天里重新点「已完成」。",
  unknown: "这个链接不对。请从聊天里的卡片打开。",
  too_large: "文件超过 20 MB。请压缩后再传，或拍照发给我。",
  no_document: "只收 PDF 或图片。请换一个文件。",
  busy: "现在有点忙，请过一会儿再点一次「上传」。",
  lost: "网络断了，文件没有传完。请再点一次「上传」。",
};
const AGAIN = new Set(["too_large", "no_document", "busy", "lost"]);

const form = document.getElementById("form");
const file = document.getElementById("file");
const send = document.getElementById("send");
const chosen = document.getElementById("chosen");
const progress = document.getElementById("progress");
const result = document.getElementById("result");

function tell(state) {
  result.textContent = SENTENCES[state] || SENTENCES.lost;
  result.dataset.tone = state === "received" ? "good" : "bad";
  progress.hidden = true;
  if (AGAIN.has(state)) {
    send.disabled = state === "too_large" || state === "no_document";
    file.disabled = false;
  } else {
    form.hidden = true;
  }
}

function showProgress(share) {
  const percent = Math.round(share * 100);
  progress.hidden = false;
  progress.setAttribute("aria-valuenow", String(percent));
  progress.firstElementChild.style.setProperty("width", percent + "%");
  result.dataset.tone = "";
  result.textContent = percent < 100 ? "正在上传 " + percent + "%" : "正在检查…";
}

function upload(picked) {
  const request = new XMLHttpRequest();
  request.open("POST", location.pathname + "?name=" + encodeURIComponent(picked.name));
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) showProgress(event.loaded / event.total);
  });
  request.addEventListener("load", () => {
    let state = "lost";
    try {
      state = JSON.parse(request.responseText).state;
    } catch {
      // A proxy's own page: the file did not arrive.
    }
    tell(state);
  });
  request.addEventListener("error", () => tell("lost"));
  request.addEventListener("abort", () => tell("lost"));
  request.send(picked);
}

file.addEventListener("change", () => {
  const picked = file.files[0];
  chosen.textContent = picked ? picked.name : "选一个文件";
  send.disabled = !picked;
  result.textContent = "";
  if (picked && picked.size > MAX_BYTES) tell("too_large");
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const picked = file.files[0];
  if (!picked) return;
  send.disabled = true;
  file.disabled = true;
  showProgress(0);
  upload(picked);
});

if (document.body.dataset.state !== "ready") tell(document.body.dataset.state);
