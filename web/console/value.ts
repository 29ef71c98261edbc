// Any value of a field as words: codes by their label, times at the place, lists joined.
import { clock } from '../kit/clock.svelte.ts';
import { number, when } from '../kit/format.ts';
import { isRef, placeName, refName } from './names.svelte.ts';
import { label } from './session.svelte.ts';
import { t } from './words/index.svelte.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Words for a value of a field. */
export function valueText(kind: string, field: string, value: unknown): string {
  const w = t().kit;
  if (value === null || value === undefined) return `? ${w.unknown}`;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  if (typeof value === 'string') {
    if (TIME.test(value)) {
      const ms = Date.parse(value);
      return Number.isNaN(ms) ? value : when(ms, clock.coarse, w);
    }
    if (field === 'state') return label.state(kind, value);
    if (/^\d{12}$/.test(value)) return placeName(value);
    return isRef(value) ? refName(value) : label.code(kind, field, value);
  }
  if (Array.isArray(value)) {
    if (value.length > 8 || Array.isArray(value[0])) return `[${number(value.length)}]`;
    return value.map((v) => valueText(kind, field, v)).join(', ');
  }
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
