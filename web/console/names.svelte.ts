// Names of things that are pointed at by reference, read once each and kept.
import type { Choice } from '../kit/form.ts';
import { locale } from '../kit/locale.svelte.ts';
import { infoFor } from './alert.ts';
import { api, idOf, type Entity, type Unit } from './api.ts';
import { roadName } from './roads.svelte.ts';
import { label, postName } from './session.svelte.ts';
import { fieldText, nameOf } from './view.ts';
import { t } from './words/index.svelte.ts';

/** Level of townships in the division table; villages are one below. */
const TOWNSHIP = 4;

const known = $state<Record<string, Entity | null>>({});
const asked = new Set<string>();

/** True for text of the form "task:9f…". */
export function isRef(text: string): boolean {
  return /^[a-z_]+:[0-9a-hjkmnp-tv-z]{16}$/.test(text);
}

/** A thing by its reference; undefined until it is read, null where it is not here. */
export function thing(ref: string): Entity | null | undefined {
  if (known[ref] === undefined && !asked.has(ref)) {
    asked.add(ref);
    api.entity(ref.slice(0, ref.indexOf(':')), idOf(ref)).then(
      (e) => (known[ref] = e),
      () => (known[ref] = null),
    );
  }
  return known[ref];
}

const learned = new Set<string>();

/** Reads all things of these kinds, each kind once and one after the other, for a list that names many. */
export async function learn(kinds: string[]): Promise<void> {
  for (const kind of kinds.filter((k) => !learned.has(k))) {
    learned.add(kind);
    try {
      for (const e of (await api.all(kind)).items) known[e.ref] = e;
    } catch {
      learned.delete(kind);
    }
  }
}

/** What a reference is called; an ellipsis until that is read. */
export function refName(ref: string): string {
  if (ref.startsWith('road:')) return roadName(ref) ?? t().road.some;
  const kind = ref.slice(0, ref.indexOf(':'));
  const found = thing(ref);
  // A thing without a name is told by its kind and the start of its id.
  const bare = `${label.kind(kind)} ${idOf(ref).slice(0, 6).toUpperCase()}`;
  if (found && kind === 'alert') return infoFor(found, locale.lang)?.headline || bare;
  // A person whose name is not for this reader is told by the post.
  if (found && kind === 'person') return nameOf(found) || postName(fieldText(found, 'account')) || bare;
  if (found) return nameOf(found) || bare;
  return found === null ? bare : '…';
}

const places = $state<{ units: Unit[]; byCode: Record<string, Unit> }>({ units: [], byCode: {} });
let placesAsked = false;

/** Reads the units of the division table once; again after a failure. */
function readPlaces(): void {
  if (placesAsked) return;
  placesAsked = true;
  api.places().then(
    (p) => {
      places.units = p.items;
      places.byCode = Object.fromEntries(p.items.map((u) => [String(u.place), u]));
    },
    () => (placesAsked = false),
  );
}

function unitName(unit: Unit): string {
  return locale.lang === 'en' ? unit.pinyin || unit.name : unit.name;
}

/** Name of a unit of the division table, by its code of twelve digits; its code until known. */
export function placeName(code: string): string {
  readPlaces();
  const unit = places.byCode[code];
  return unit ? unitName(unit) : code;
}

/** The units that a form offers: `from` first, then what lies under it, villages by township. */
export function placeChoices(from: string | null | undefined): Choice[] {
  readPlaces();
  const under: Record<string, Unit[]> = {};
  for (const u of places.units) (under[String(u.parent)] ??= []).push(u);
  const walk = (unit: Unit, above: string): Choice[] => [
    {
      code: String(unit.place),
      label: `${above}${unitName(unit)}`,
      words: `${unit.place} ${unit.name} ${unit.pinyin ?? ''}`,
    },
    ...(under[String(unit.place)] ?? []).flatMap((u) =>
      walk(u, u.level > TOWNSHIP ? `${unitName(unit)} · ` : ''),
    ),
  ];
  const root = places.byCode[from ?? ''];
  return root ? walk(root, '') : [];
}

const bodies = $state<Record<string, string>>({});
let bodiesAsked = '';
let bodiesRead = $state(false);

/** The body that a department of a plan is, as it is called; its code where none is known. */
export function departmentWords(code: string): string {
  if (bodiesAsked !== locale.lang) {
    bodiesAsked = locale.lang;
    api.all('organisation').then(
      (page) => {
        bodiesRead = true;
        for (const e of page.items) {
          const department = e.fields.department?.value;
          if (typeof department !== 'string') continue;
          bodies[department] = nameOf(e);
        }
      },
      () => (bodiesAsked = ''),
    );
  }
  return bodies[code] ?? (bodiesRead ? code : '…');
}
