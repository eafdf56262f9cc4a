// What the page says of a problem; the server reads the same file.

import { loadJson } from "./dom.js";

const sentences = await loadJson("/console/static/sentences.json");

export const sentence = (code) => sentences[code] ?? code;
