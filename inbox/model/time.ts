const MINUTE_MS = 60_000;

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** All in the reader's own time zone and manner. @param moment RFC 3339 */
export function toClockTime(moment: string): string {
  return clockTime.format(new Date(moment));
}

export function toDay(moment: string): string {
  return longDay.format(new Date(moment));
}

export function toWhole(moment: string): string {
  return whole.format(new Date(moment));
}

/** As short as it can be told from others: a time today, a day this year, else a date. @param now Unix ms */
export function toShort(moment: string, now: number): string {
  const [date, today] = [new Date(moment), new Date(now)];
  if (date.toDateString() === today.toDateString()) return clockTime.format(date);
  return (date.getFullYear() === today.getFullYear() ? shortDay : shortDate).format(date);
}

/** @returns how long ago, in the largest unit that fits, such as `5 min` @param now Unix ms */
export function toAge(moment: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - new Date(moment).getTime()) / MINUTE_MS));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** @param day as an input of type `date` has it; empty: none @returns RFC 3339: when it begins, here */
export function startOfDay(day: string, daysLater = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return day === '' ? '' : new Date(year, month - 1, date + daysLater).toISOString();
}

/** @param moment RFC 3339; empty: none @returns its day, as an input of type `date` has it */
export function toInputDay(moment: string, daysLater = 0): string {
  if (moment === '') return '';
  const date = new Date(moment);
  date.setDate(date.getDate() + daysLater);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}
