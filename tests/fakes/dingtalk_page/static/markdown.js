// DingTalk's subset of Markdown as elements: headings, quotes, bold words, links that say something.
import { link, make } from "/static/dom.js";

const DTMD = "dtmd://dingtalkclient/sendMessage?content=";
const PIECE = /\*\*(.+?)\*\*|\[([^\]\n]*)\]\(([^)\s]*)\)/g;

export function showMarkdown(text, say) {
  const lines = text.replaceAll("\u200b", "").split(/\n/).map((line) => line.trim());
  return lines.filter(Boolean).map((line) => {
    const [, mark, rest] = line.match(/^(#{1,6} |> )?(.*)$/);
    return make(mark === "> " ? "blockquote" : mark ? "h4" : "p", {}, ...showPieces(rest, say));
  });
}

function showPieces(line, say) {
  const pieces = [];
  let end = 0;
  for (const found of line.matchAll(PIECE)) {
    pieces.push(line.slice(end, found.index));
    end = found.index + found[0].length;
    const [, bold, label, address] = found;
    pieces.push(bold ? make("b", {}, bold) : showLink(label, address, say));
  }
  return [...pieces, line.slice(end)];
}

function showLink(label, address, say) {
  if (!address.startsWith(DTMD)) return link(label, address) ?? label;
  const element = make("a", { role: "button", tabIndex: 0 }, label);
  element.onclick = () => say(decodeURIComponent(address.slice(DTMD.length)));
  return element;
}
