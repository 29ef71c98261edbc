// How numbers, times and spans are written. `hh:mm` is always a time of day; a span always has
// units. Times come in UTC and are shown at the place's own offset, +08:00.
import type { FigureValue } from './types.ts';
import type { KitWords } from './words.ts';

const PLACE_OFFSET_MS = 8 * 3600 * 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** 38420 -> "38,420" in both languages. */
export function number(n: number): string {
  return grouped.format(n);
}

function placeDate(ms: number): Date {
  return new Date(ms + PLACE_OFFSET_MS);
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Time of day at the place, "02:55". */
export function timeOfDay(ms: number): string {
  const d = placeDate(ms);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** Time of day with seconds, for the head of the page. */
export function timeWithSeconds(ms: number): string {
  return `${timeOfDay(ms)}:${two(placeDate(ms).getUTCSeconds())}`;
}

/** ISO date at the place, "2026-11-23". */
export function isoDate(ms: number): string {
  const d = placeDate(ms);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

/** A point in time as short as is still clear: today, yesterday, this year, else with year. */
export function when(ms: number, now: number, w: KitWords): string {
  const time = timeOfDay(ms);
  const day = Math.floor((ms + PLACE_OFFSET_MS) / DAY);
  const today = Math.floor((now + PLACE_OFFSET_MS) / DAY);
  if (day === today) return time;
  if (day === today - 1) return w.yesterday(time);
  const d = placeDate(ms);
  const year = d.getUTCFullYear();
  const month = d.getUTCMonth() + 1;
  return year === placeDate(now).getUTCFullYear()
    ? w.month_day(month, d.getUTCDate(), time)
    : w.year_month_day(year, month, d.getUTCDate(), time);
}

/** A span of time: "18 分", "1 时 52 分", "3 天". Seconds only under two minutes, on demand. */
export function span(ms: number, w: KitWords, fine = false): string {
  const abs = Math.abs(ms);
  if (fine && abs < 2 * MINUTE) return w.seconds(Math.round(abs / 1000));
  if (abs < HOUR) return w.minutes(Math.floor(abs / MINUTE));
  if (abs < DAY) {
    const h = Math.floor(abs / HOUR);
    const m = Math.floor((abs % HOUR) / MINUTE);
    return m === 0 ? w.hours(h) : w.hours_minutes(h, m);
  }
  return w.days(Math.floor(abs / DAY));
}

/** Age of what was observed: just now, 4 min ago, 3 h ago, 23 days ago, then the month. */
export function age(observed: number, now: number, w: KitWords): string {
  const ms = now - observed;
  if (ms < MINUTE) return w.just_now;
  if (ms < HOUR) return w.ago(w.minutes(Math.floor(ms / MINUTE)));
  if (ms < DAY) return w.ago(w.hours(Math.floor(ms / HOUR)));
  if (ms < 60 * DAY) return w.ago(w.days(Math.floor(ms / DAY)));
  return isoDate(observed).slice(0, 7);
}

/** Parses an ISO time; undefined where it is absent or no time. */
export function parseTime(iso: string | undefined | null): number | undefined {
  if (!iso) return undefined;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether nothing is known of a value; at most how small it can be. */
export const isUnknown = (f: FigureValue): boolean => f.state === 'unknown' || f.value === null;

/** One number as written, of a pair each on its own: "≈38,420", "? at least 3", the word for unknown. */
export function partText(f: FigureValue, w: KitWords): string {
  if (f.state === 'withheld') return w.withheld;
  // At least none says nothing: it would be read as zero.
  if (isUnknown(f) || f.value === null) return `? ${f.low ? w.at_least(number(f.low)) : w.unknown}`;
  const main = typeof f.value === 'number' ? number(f.value) : f.value;
  const sign = f.state === 'estimated' ? '≈' : '';
  const other = f.state === 'disputed' && f.other !== undefined ? ` ⇄ ${String(f.other)}` : '';
  return `${sign}${main}${other}`;
}

/** The value alone, as written in a row: "≈38,420", "9 / 2", or the word for unknown. */
export function figureText(f: FigureValue, w: KitWords): string {
  return [f, ...(f.second ? [f.second] : [])].map((part) => partText(part, w)).join(' / ');
}

/** One number as spoken: its words instead of signs, its unit, how far it may be off. */
export function partSpoken(f: FigureValue, w: KitWords): string {
  const text = partText(f, w).replace(/^\? /, '').replace('≈', '');
  const value = f.state === 'estimated' && !isUnknown(f) ? w.about(text) : text;
  const half = halfBand(f);
  const off = half !== undefined ? w.plus_minus(number(half))
    : hasBand(f) ? w.between(number(f.low ?? 0), number(f.high ?? 0)) : '';
  const why = isUnknown(f) ? f.method : '';
  return [`${value} ${unitText(f, w)}`.trim(), off, why].filter(Boolean).join(', ');
}

/** The unit with its measure word, or nothing where the row names it already. */
export function unitText(f: FigureValue, w: KitWords): string {
  if (!f.unit || f.value === null || typeof f.value === 'string' || f.state === 'withheld') return '';
  const unit = w.unit[f.unit];
  return unit ? unit(f.value) : f.unit;
}

/** True once the value is older than its class allows. */
export function isStale(f: FigureValue, now: number): boolean {
  const at = parseTime(f.observed_at);
  return at !== undefined && f.stale_after_s !== undefined && now - at > f.stale_after_s * 1000;
}

/** Whether a known value may be another: of an exact one the bounds are the value. */
export function hasBand(f: FigureValue): boolean {
  return !isUnknown(f) && f.low !== undefined && f.high !== undefined && f.low !== f.high;
}

/** How far off to either side, for "±"; undefined where it is exact, or further off to one side. */
export function halfBand(f: FigureValue): number | undefined {
  if (!hasBand(f) || f.low === undefined || f.high === undefined || typeof f.value !== 'number') return undefined;
  const [down, up] = [f.value - f.low, f.high - f.value];
  return Math.abs(up - down) <= 1 ? Math.round((f.high - f.low) / 2) : undefined;
}
