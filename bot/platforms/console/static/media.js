// Uploads recordings, pictures and files, and measures how long a sound lasts.

import { loadJson } from "./dom.js";
import { sentence } from "./sentences.js";

const MAX_BYTES = 20 * 1024 * 1024;
const MEASURE_MS = 2000;
// Bytes of one AMR-NB frame of 20 ms by its frame type, with the header byte (RFC 4867, section 5.3).
const AMR_FRAME_BYTES = [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1];
const AMR_MAGIC = "#!AMR\n";

export function checkSize(blob) {
  if (blob.size > MAX_BYTES) return sentence("too_large");
  return blob.size === 0 ? sentence("empty_file") : "";
}

// Stores a file on the server: { ref, family: audio | image | other, size }.
export const upload = (blob, name) =>
  loadJson(`/console/media?name=${encodeURIComponent(name)}`, { method: "POST", body: blob });

// The length of a sound in seconds, or undefined where the browser cannot tell.
export async function measure(blob) {
  const head = await blob.slice(0, AMR_MAGIC.length).text();
  return head === AMR_MAGIC ? measureAmr(new Uint8Array(await blob.arrayBuffer())) : measureByPlayer(blob);
}

function measureAmr(bytes) {
  let frames = 0;
  for (let at = AMR_MAGIC.length; at < bytes.length; at += AMR_FRAME_BYTES[(bytes[at] >> 3) & 15]) frames += 1;
  return frames / 50;
}

function measureByPlayer(blob) {
  return new Promise((resolve) => {
    const source = URL.createObjectURL(blob);
    const audio = new Audio();
    const finish = (seconds) => {
      clearTimeout(timer);
      audio.removeAttribute("src");
      URL.revokeObjectURL(source);
      resolve(Number.isFinite(seconds) && seconds > 0 ? seconds : undefined);
    };
    const timer = setTimeout(finish, MEASURE_MS);
    audio.addEventListener("loadedmetadata", () => finish(audio.duration), { once: true });
    audio.addEventListener("error", () => finish(), { once: true });
    audio.preload = "metadata";
    audio.src = source;
  });
}
