// Roads by name: what one is called, and what is known of one that is pointed at by reference.
import { number } from '../kit/format.ts';
import type { Choice } from '../kit/form.ts';
import { api, type Road } from './api.ts';
import { both, pick, t } from './words/index.svelte.ts';

/** Within so many metres a spot is on the road: what a phone's position and a finger come to. */
export const HIT_M = 100;

const known = $state<Record<string, Road | null>>({});
const asked = new Set<string>();

/** Number and name of a road, or its class where it has neither; where it lies after it. */
export function roadWords(road: Road): string {
  const named = [road.number, pick(road.name)].filter(Boolean).join(' ');
  const called = named || t().road.class[String(road.class ?? '')] || t().road.some;
  return [called, pick(road.place_name)].filter(Boolean).join(' · ');
}

/** The same in the road's own language, as it is written on the record. */
export function roadLabel(road: Road): string {
  const zh = (x: Road['name']): string => (x ? (typeof x === 'string' ? x : x.zh) : '');
  const named = [road.number, zh(road.name)].filter(Boolean).join(' ');
  return [named, zh(road.place_name)].filter(Boolean).join(' · ').slice(0, 80);
}

/** Words of a road by its reference; undefined until read, or where no road of it is known here. */
export function roadName(ref: string): string | undefined {
  const found = known[ref];
  if (found) return roadWords(found);
  if (found === undefined && !asked.has(ref)) {
    asked.add(ref);
    api.roads({ row: ref }).then(
      (page) => (known[ref] = page.items[0] ?? null),
      () => asked.delete(ref),
    );
  }
  return undefined;
}

/** Roads as choices: by number, name, place, in either language. */
export function roadChoices(roads: Road[]): Choice[] {
  const w = t().road;
  return roads.map((r) => ({
    code: r.ref,
    label: roadWords(r),
    hint: [
      w.structure[String(r.structure ?? '')],
      r.length_m === null ? '' : w.long(number(r.length_m)),
      r.distance_m === null ? '' : w.away(number(r.distance_m)),
    ].filter(Boolean).join(' · '),
    words: [r.number, both(r.name), both(r.place_name), r.place].filter(Boolean).join(' '),
  }));
}
