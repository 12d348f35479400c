/** How near a deadline is: amber from 80 % of the time given, red from 100 %, always with words. */

export const WARN = 0.8;
const MINUTE = 60_000;

/** start, due, now: milliseconds. `level`: "ok" | "warn" | "over"; `percent`: 0–100. */
export function dueState(start, due, now) {
  const whole = Math.max(due - start, 1);
  const ratio = (now - start) / whole;
  const level = now >= due ? 'over' : ratio >= WARN ? 'warn' : 'ok';
  return { level, percent: Math.round(Math.max(0, Math.min(1, ratio)) * 100), left: due - now };
}

/** The two largest units of a span: [{key, n}] with key "days" | "hours" | "minutes" | "less_than_minute". */
export function spanParts(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  const parts = [
    { key: 'days', n: Math.floor(minutes / 1440) },
    { key: 'hours', n: Math.floor(minutes / 60) % 24 },
    { key: 'minutes', n: minutes % 60 },
  ];
  const first = parts.findIndex(({ n }) => n > 0);
  return first < 0 ? [{ key: 'less_than_minute', n: 0 }] : parts.slice(first, first + 2).filter(({ n }) => n > 0);
}
