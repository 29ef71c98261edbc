// Any value of a field as words: codes by their label, times at the place, lists joined.
import { clock } from '../kit/clock.svelte.ts';
import { number, when } from '../kit/format.ts';
import { departmentWords, isRef, placeName, refName } from './names.svelte.ts';
import { here, label } from './session.svelte.ts';
import { pick, t } from './words/index.svelte.ts';

const HASH = /^[0-9a-f]{64}$/;
const PATH = /^[\w-]+(\/[\w.-]+)+$/;
/** An id at its source, a kind of post: kept as they came. */
const ID = /^[a-z]+(_[a-z0-9]+)+$/;
/** Fields that name goods by their code. */
const GOODS = /^(item|commodity)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** True for an address to copy and not words: the path of a table or file, an id at its source. */
export function isPath(value: unknown): boolean {
  return typeof value === 'string' && (PATH.test(value) || ID.test(value));
}

/** Words for a value of a field. */
export function valueText(kind: string, field: string, value: unknown): string {
  const w = t().kit;
  if (value === null || value === undefined) return `? ${w.unknown}`;
  if (typeof value === 'number') {
    const unit = unitOf(kind, field);
    const shown = unit === 'fen' ? value / 100 : value;
    return `${number(shown)} ${w.unit[unit]?.(value) ?? unit}`.trim();
  }
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  if (typeof value === 'string') {
    if (TIME.test(value)) {
      const ms = Date.parse(value);
      return Number.isNaN(ms) ? value : when(ms, clock.coarse, w);
    }
    if (field === 'state') return label.state(kind, value);
    if (GOODS.test(field) && t().item[value]) return t().item[value] ?? value;
    if (kind === 'danger' && field === 'sector') return t().danger.sector[value] ?? value;
    if (kind === 'danger' && field === 'missing') return t().danger.missing[value] ?? value;
    if (kind === 'danger' && field === 'clause') return clauseWords(value);
    if (field === 'department') return departmentWords(value);
    if (/^\d{12}$/.test(value)) return placeName(value);
    if (HASH.test(value)) return `${value.slice(0, 12)}…`;
    return isRef(value) ? refName(value) : label.code(kind, field, value);
  }
  if (Array.isArray(value)) return listText(kind, field, value);
  const parts = here.kinds[kind]?.parts;
  return Object.entries(value)
    .filter(([, v]) => v !== null && v !== undefined)
    .map(([k, v]) => `${pick(parts?.[k]) || k}: ${valueText(kind, k, v)}`)
    .join('; ');
}

/** A clause of a table as people cite it: "item 18; item 20" is told in words. */
export function clauseWords(clause: string): string {
  const w = t().danger;
  const one = (c: string): string => {
    const item = /^item (\d+)$/.exec(c)?.[1];
    return item ? w.item(item) : c === 'no item met' ? w.no_item : c;
  };
  return clause.split('; ').map(one).join('; ');
}

/** Unit of a number, from the description of its field or of a part of that name. */
function unitOf(kind: string, field: string): string {
  for (const f of here.kinds[kind]?.fields ?? []) {
    if (f.name === field) return typeof f.shape.unit === 'string' ? f.shape.unit : '';
    const parts = (f.shape.parts ?? []) as { name: string; shape: { unit?: unknown } }[];
    const part = parts.find((p) => p.name === field);
    if (part) return typeof part.shape.unit === 'string' ? part.shape.unit : '';
  }
  return '';
}

function listText(kind: string, field: string, list: unknown[]): string {
  const numbers = list.every((v) => typeof v === 'number');
  // Kept as longitude and latitude; told as forms ask for it, latitude first.
  if (numbers && list.length === 2) return list.map((v) => v.toFixed(5)).reverse().join(', ');
  if (list.length > 0 && list.every((v) => typeof v === 'string' && HASH.test(v))) {
    return t().kit.files(list.length);
  }
  if (list.length > 12) return `[${number(list.length)}]`;
  // An entry of a series comes with the op that wrote it; people read the value.
  const told = list.map((v) =>
    Array.isArray(v) && v.length === 2 && /^[0-9a-f]{64}$/.test(String(v[0])) ? v[1] : v,
  );
  return told.map((v) => valueText(kind, field, v)).join(', ');
}
