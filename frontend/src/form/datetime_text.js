/** Dates and times: ISO with offset for the server, plain Chinese (or English) for people, free typing in between. */

const two = (n) => String(n).padStart(2, '0');

export function isoDate(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function isoTime(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "+08:00" for the zone of this device at that moment. */
export function offsetOf(date) {
  const minutes = -date.getTimezoneOffset();
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}

export function isoDateTime(date) {
  return `${isoDate(date)}T${isoTime(date)}:${two(date.getSeconds())}${offsetOf(date)}`;
}

/** A Date from what the server or an input wrote; a plain date is midnight here, not in UTC. Null when unreadable. */
export function parseIso(text) {
  if (typeof text !== 'string' || !text) {
    return null;
  }
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00`) : new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

const WEEKDAYS_ZH = '日一二三四五六';
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** subtype: "date" | "time" | "datetime". */
export function shown(value, subtype, chinese = true) {
  if (!value) {
    return '';
  }
  if (subtype === 'time') {
    return String(value).slice(0, 5);
  }
  const date = parseIso(value);
  if (!date) {
    return String(value);
  }
  const day = chinese
    ? `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日 周${WEEKDAYS_ZH[date.getDay()]}`
    : `${WEEKDAYS_EN[date.getDay()]} ${isoDate(date)}`;
  return subtype === 'datetime' ? `${day} ${isoTime(date)}` : day;
}

/** What stands in the text box while nobody types: the short form that free typing reads back. */
export function typed(value, subtype) {
  if (!value) {
    return '';
  }
  if (subtype === 'time') {
    return String(value).slice(0, 5);
  }
  const date = parseIso(value);
  if (!date) {
    return String(value);
  }
  return subtype === 'datetime' ? `${isoDate(date)} ${isoTime(date)}` : isoDate(date);
}

const DAYS = { 大前天: -3, 前天: -2, 昨天: -1, 昨日: -1, yesterday: -1, 今天: 0, 今日: 0, today: 0, 明天: 1, 明日: 1, tomorrow: 1, 后天: 2, 大后天: 3 };

function half(text) {
  return text.replace(/[０-９：－／．　，]/g, (c) => ({ '：': ':', '－': '-', '／': '/', '．': '.', '　': ' ', '，': ' ' })[c] ?? String.fromCharCode(c.charCodeAt(0) - 0xfee0));
}

function readTime(text) {
  const match = /(上午|早上|凌晨|中午|下午|晚上|傍晚|am|pm)?\s*(\d{1,2})\s*(?:[:点时]\s*(\d{1,2}|半)?\s*分?(?::\d{2})?)\s*(am|pm)?/i.exec(text);
  if (!match) {
    const plain = /^(\d{1,2})(\d{2})$/.exec(text.trim());
    return plain && { hours: Number(plain[1]), minutes: Number(plain[2]), rest: '' };
  }
  let hours = Number(match[2]);
  const minutes = match[3] === '半' ? 30 : Number(match[3] ?? 0);
  const part = (match[1] ?? match[4] ?? '').toLowerCase();
  if (['下午', '晚上', '傍晚', 'pm'].includes(part) && hours < 12) {
    hours += 12;
  } else if (part === '中午' && hours < 3) {
    hours += 12;
  }
  return { hours, minutes, rest: text.replace(match[0], ' ') };
}

function readDay(text, now) {
  const trimmed = text.trim().toLowerCase();
  for (const [word, shift] of Object.entries(DAYS).sort((a, b) => b[0].length - a[0].length)) {
    if (trimmed.includes(word)) {
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() + shift);
    }
  }
  const whole = /^(\d{4})(\d{2})(\d{2})$/.exec(trimmed) ?? /(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})/.exec(trimmed);
  const part = whole ? null : /(\d{1,2})\s*[-/.月]\s*(\d{1,2})/.exec(trimmed);
  if (!whole && !part) {
    return null;
  }
  const [year, month, day] = whole ? whole.slice(1).map(Number) : [now.getFullYear(), Number(part[1]), Number(part[2])];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
}

/**
 * Reads what a person typed ("3-2 9:30", "明天下午3点", "2026年3月2日") into the value for the server.
 * "" for an empty text, null when it is not understood.
 */
export function readTyped(text, subtype, now = new Date()) {
  const plain = half(text).trim();
  if (!plain) {
    return '';
  }
  if (subtype === 'date') {
    const day = readDay(plain, now);
    return day && isoDate(day);
  }
  if (['现在', '刚才', 'now'].includes(plain.toLowerCase())) {
    return subtype === 'time' ? isoTime(now) : isoDateTime(atMinute(now));
  }
  const time = readTime(subtype === 'datetime' ? plain.replace(/(\d)\s*[T日]\s*(?=\d{1,2}:)/i, '$1 ') : plain);
  const valid = time && time.hours < 24 && time.minutes < 60;
  if (subtype === 'time') {
    return valid ? `${two(time.hours)}:${two(time.minutes)}` : null;
  }
  if (!valid) {
    return null;
  }
  const hasDay = time.rest.trim() !== '';
  const day = hasDay ? readDay(time.rest, now) : new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return day && isoDateTime(new Date(day.getFullYear(), day.getMonth(), day.getDate(), time.hours, time.minutes));
}

export function atMinute(date) {
  const copy = new Date(date);
  copy.setSeconds(0, 0);
  return copy;
}

/** Between our value and the native inputs of a phone (`<input type="datetime-local">`). */
export function toNative(value, subtype) {
  if (!value) {
    return '';
  }
  if (subtype !== 'datetime') {
    return typed(value, subtype);
  }
  const date = parseIso(value);
  return date ? `${isoDate(date)}T${isoTime(date)}` : '';
}

export function fromNative(text, subtype) {
  if (!text) {
    return null;
  }
  return subtype === 'datetime' ? isoDateTime(new Date(text)) : text;
}
