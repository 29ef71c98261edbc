// Names of things that are pointed at by reference, read once each and kept.
import { api, idOf, type Area, type Entity } from './api.ts';
import { nameOf } from './view.ts';
import { pick } from './words/index.svelte.ts';

const known = $state<Record<string, Entity | null>>({});
const asked = new Set<string>();

/** True for text of the form "task:9f…". */
export function isRef(text: string): boolean {
  return /^[a-z_]+:[0-9a-hjkmnp-tv-z]{16}$/.test(text);
}

/** What a reference is called; its text until that is known. */
export function refName(ref: string): string {
  const found = known[ref];
  if (found) return nameOf(found) || ref;
  if (found === undefined && !asked.has(ref)) {
    asked.add(ref);
    api.entity(ref.slice(0, ref.indexOf(':')), idOf(ref)).then(
      (e) => (known[ref] = e),
      () => (known[ref] = null),
    );
  }
  return ref;
}

const places = $state<{ area: Area | undefined }>({ area: undefined });
let areaAsked = false;

/** Name of a unit of the division table, by its code of twelve digits; its code until known. */
export function placeName(code: string): string {
  if (!areaAsked) {
    areaAsked = true;
    api.area().then(
      (a) => (places.area = a),
      () => (areaAsked = false),
    );
  }
  const area = places.area;
  if (!area) return code;
  if (area.place === code) return pick(area.name);
  const town = area.townships.find((x) => x.place === code);
  return town ? pick(town.name) : code;
}
