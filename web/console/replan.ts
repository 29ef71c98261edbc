// What a new relief plan changes, order by order, in words: which goods, how many packs, when unloading
// begins; an order that only one of the two plans has says so in the other's column.
import { number, timeOfDay } from '../kit/format.ts';
import type { Brings, Replan } from './api.ts';
import { stopTime } from './view.ts';
import { pick, t } from './words/index.svelte.ts';

export interface ChangeRow {
  key: string;
  vehicle: string;
  place: string;
  item: string;
  before: string;
  after: string;
  why: string;
}

/** An order's need is what stands before its vehicle. */
const needOf = (order: string): string => order.slice(0, Math.max(0, order.lastIndexOf('/')));

/** Goods of a need in words: as the new plan carries it, else by the need's own name (place/group/goods). */
export function goodsOf(plan: Replan, need: string): string {
  const w = t();
  const carried = (plan.routes ?? []).flatMap((r) => r.stops).flatMap((s) => s.unload)
    .find((u) => u.need === need)?.item;
  const item = carried ?? need.split('/')[2] ?? '';
  return w.item[item] ?? (item || `? ${w.kit.unknown}`);
}

/** Rows of the table of changes, in the order that the node gives. */
export function changeRows(plan: Replan): ChangeRow[] {
  const w = t();
  const at = (s: number): string =>
    plan.starts_at ? timeOfDay(stopTime(plan.starts_at, s)) : `? ${w.kit.unknown}`;
  const brings = (v: Brings): string =>
    w.foot.brings(number(v.packs), w.kit.unit.pack?.(v.packs) ?? '', at(v.start_s));
  return plan.changes.map((c, i) => ({
    key: String(i),
    vehicle: pick(c.vehicle),
    place: pick(c.name),
    item: goodsOf(plan, needOf(c.order)),
    before: c.from ? brings(c.from) : w.foot.not_before,
    after: c.to ? brings(c.to) : w.foot.nothing,
    why: c.forced ? w.foot.by_road : w.foot.follows,
  }));
}

/** What a place gets more or less of: "Dazhuang Village: water 31 packs". */
export function gainText(plan: Replan, g: Replan['gains'][number]): string {
  const w = t();
  const goods = g.need ? goodsOf(plan, g.need) : '';
  return [pick(g.name), goods, number(Math.abs(g.packs)), w.kit.unit.pack?.(g.packs) ?? ''].filter(Boolean).join(' ');
}
