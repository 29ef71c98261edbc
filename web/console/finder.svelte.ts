// What the palette finds beside acts: events, papers, places and people, read when it opens. What
// cannot be read is said, never taken for nothing.
import { isoDate, parseTime, timeOfDay } from '../kit/format.ts';
import type { PaletteItem } from '../kit/Palette.svelte';
import { alertInfos, infoFor } from './alert.ts';
import { api, type Contact, type Entity, type Unit } from './api.ts';
import { fieldText, nameOf } from './view.ts';
import { go } from './route.svelte.ts';
import { both, pick, t } from './words/index.svelte.ts';

/** What a card shows of what was found. */
export type Found = { place: Unit } | { post: Contact };

interface Read {
  events: Entity[];
  reports: Entity[];
  alerts: Entity[];
  places: Unit[];
  contacts: Contact[];
  loading: boolean;
  failed: boolean;
}

export const finder = $state<{ read: Read; card: Found | undefined }>({
  read: {
    events: [], reports: [], alerts: [], places: [], contacts: [], loading: false, failed: false,
  },
  card: undefined,
});

/** Reads all that can be found; what was read before stays until it comes. */
export async function readAll(): Promise<void> {
  const read = finder.read;
  read.loading = true;
  read.failed = false;
  const take = async <T>(asked: Promise<{ items: T[] }>, use: (items: T[]) => void): Promise<void> => {
    try {
      use((await asked).items);
    } catch {
      read.failed = true;
    }
  };
  await Promise.all([
    take(api.list('event', { limit: 200 }), (x) => (read.events = x)),
    take(api.list('report', { limit: 200 }), (x) => (read.reports = x)),
    take(api.list('alert', { limit: 200 }), (x) => (read.alerts = x)),
    take(api.places(), (x) => (read.places = x)),
    take(api.contacts(), (x) => (read.contacts = x)),
  ]);
  read.loading = false;
}

function day(iso: string | null | undefined): string {
  const ms = parseTime(iso);
  return ms === undefined ? '' : `${isoDate(ms)} ${timeOfDay(ms)}`;
}

/** Name of a unit and of the one above it. */
export function unitWords(unit: Unit, of: (name: string, pinyin: string) => string): [string, string] {
  const above = finder.read.places.find((u) => u.place === unit.parent);
  return [of(unit.name, unit.pinyin), above ? of(above.name, above.pinyin) : ''];
}

/** Everything that was read, as the palette shows it. */
export function foundItems(english: boolean): PaletteItem[] {
  const w = t();
  const { events, reports, alerts, places, contacts } = finder.read;
  const of = (name: string, pinyin: string): string => (english ? pinyin || name : name);
  return [
    ...events.map((e) => ({
      id: `event-${e.id}`, group: w.find.events, label: nameOf(e) || e.id, first: true,
      hint: fieldText(e, 'label'), words: `${both(e.name)} ${e.id}`, run: () => go('event', e.id),
    })),
    ...reports.map((e) => ({
      id: `report-${e.id}`, group: w.find.papers,
      label: nameOf(e) || w.report.title, hint: fieldText(e, 'label') || day(e.created_at),
      words: `${both(e.name)} ${w.report.title} ${e.id}`, run: () => go('report', e.id),
    })),
    ...alerts.map((e) => {
      const infos = alertInfos(e);
      const info = infoFor(e, english ? 'en' : 'zh');
      return {
        id: `alert-${e.id}`, group: w.find.papers,
        label: info?.headline || info?.event || nameOf(e) || w.board.alert, hint: day(e.created_at),
        words: [both(e.name), ...infos.map((i) => `${i.headline ?? ''} ${i.event ?? ''}`), w.board.alert, e.id].join(' '),
        run: () => go('alert', e.id),
      };
    }),
    ...places.map((unit) => {
      const [label, above] = unitWords(unit, of);
      return {
        id: `place-${unit.place}`, group: w.find.places, label, hint: above,
        words: `${unit.place} ${unit.name} ${unit.pinyin}`,
        run: () => void (finder.card = { place: unit }),
      };
    }),
    ...contacts.map((c) => ({
      id: c.ref, group: w.find.people,
      label: [pick(c.post), pick(c.person)].filter(Boolean).join(' · '),
      hint: [pick(c.place_name), c.phone ?? ''].filter(Boolean).join(' · '),
      words: [both(c.post), both(c.person), both(c.place_name), (c.phone ?? '').replaceAll(/\D/g, '')].join(' '),
      run: () => void (finder.card = { post: c }),
    })),
  ];
}
