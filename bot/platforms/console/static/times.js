// Writes moments and lengths the way a chat does, always on China's clock.

const ZONE = "Asia/Shanghai";
const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
const hours = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const weekday = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "short" });
const monthDay = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const DAY = 86_400_000;

const daysBetween = (moment, now) =>
  Math.round((Date.parse(dayKey.format(now)) - Date.parse(dayKey.format(moment))) / DAY);

// 14:05 · 昨天 14:05 · 明天 14:05 · 周三 14:05 · 11月3日 14:05
export function sayMoment(moment, now) {
  const days = daysBetween(moment, now);
  const day =
    days === 0 ? "" : days === 1 ? "昨天 " : days === -1 ? "明天 "
      : Math.abs(days) < 7 ? `${weekday.format(moment)} ` : `${monthDay.format(moment)} `;
  return day + hours.format(moment);
}

export const sayFullMoment = (moment) =>
  `${monthDay.format(moment)} ${weekday.format(moment)} ${hours.format(moment)}`;

// 0:07 on a running clock
export const sayElapsed = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

// 7″ and 1′05″ on a voice bubble
export function sayLength(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? `${whole}″` : `${Math.floor(whole / 60)}′${String(whole % 60).padStart(2, "0")}″`;
}

export const spokenLength = (seconds) =>
  seconds < 60 ? `${Math.max(1, Math.round(seconds))} 秒` : `${Math.floor(seconds / 60)} 分 ${Math.round(seconds % 60)} 秒`;

export function saySize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
