// What an entry of the record is about, in words: which post was called, which task went to whom, which
// goods go where. Entries of one step tell the same but for this.
import { number } from '../kit/format.ts';
import { idOf, type Entity, type OpRow } from './api.ts';
import { placeName, refName, thing } from './names.svelte.ts';
import { fieldText, nameOf } from './view.ts';
import { t } from './words/index.svelte.ts';

const joined = (parts: string[]): string => parts.filter(Boolean).join(' · ');

/** What the thing points at by this field, by name. */
function pointed(e: Entity, field: string): string {
  const ref = fieldText(e, field);
  return ref ? refName(ref) : '';
}

function goods(e: Entity): string {
  const w = t();
  const item = fieldText(e, 'item');
  const packs = Number(fieldText(e, 'packs'));
  const many = Number.isFinite(packs) && fieldText(e, 'packs') ? `${number(packs)} ${w.kit.unit.pack?.(packs) ?? ''}` : '';
  return `${w.item[item] ?? item} ${many}`.trim();
}

const OWN: Record<string, (e: Entity) => string> = {
  alert: (e) => refName(e.ref),
  callout: (e) => joined([pointed(e, 'callee'), fieldText(e, 'number')]),
  task: (e) => joined([nameOf(e), pointed(e, 'addressee')]),
  delivery_order: (e) => joined([goods(e), placeName(fieldText(e, 'place')), pointed(e, 'vehicle')]),
  road_report: (e) => pointed(e, 'road'),
};

/** Words of what an entry is about; an ellipsis until that is read, nothing where it is about no thing. */
export function aboutOf(op: Pick<OpRow, 'kind' | 'entity'>): string {
  if (!op.entity || !op.kind) return '';
  // A pool has the id of the stock whose rights it counts.
  const ref = op.kind === 'pool' ? `lot:${idOf(op.entity)}` : op.entity;
  const found = thing(ref);
  if (found === undefined) return '…';
  if (found === null) return refName(op.entity);
  const place = fieldText(found, 'place');
  const own = OWN[op.kind]?.(found);
  return own || joined([nameOf(found), op.kind === 'pool' ? fieldText(found, 'label') : '', place && placeName(place)])
    || refName(op.entity);
}

/** Kinds whose things a list of entries names: what is named is read by kind, not one by one. */
export function kindsOf(rows: OpRow[]): string[] {
  const first = new Set(rows.map((o) => (o.kind === 'pool' ? 'lot' : o.kind)).filter(Boolean));
  if (first.has('callout') || first.has('task')) first.add('post');
  if (first.has('delivery_order')) first.add('equipment');
  return [...first];
}
