// An alert as it came in: one block a language, each with headline, area, text, parameters.
import type { Entity } from './api.ts';
import { pick } from './words/index.svelte.ts';

export interface AlertInfo {
  language: string;
  event: string;
  headline: string;
  description: string;
  instruction: string;
  sender: string;
  area: string;
  /** GeoJSON MultiPolygon coordinates of all areas. */
  polygons: number[][][][];
  parameters: { name: string; value: string }[];
}

function text(v: unknown): string {
  return typeof v === 'string' ? v : '';
}

function list(v: unknown): Record<string, unknown>[] {
  return Array.isArray(v) ? v.filter((x) => typeof x === 'object' && x !== null) : [];
}

/** All blocks of an alert in the order in which they came. */
export function alertInfos(a: Entity): AlertInfo[] {
  return list(a.fields.infos?.value).map((i) => ({
    language: text(i.language) || 'und',
    event: text(i.event),
    headline: text(i.headline),
    description: text(i.description),
    instruction: text(i.instruction),
    sender: text(i.sender_name),
    area: list(i.areas)
      .map((x) => text(x.description) || text(x.name))
      .filter(Boolean)
      .join('; '),
    polygons: list(i.areas).flatMap((x) =>
      Array.isArray(x.polygons) ? (x.polygons as number[][][][]) : [],
    ),
    parameters: list(i.parameters).map((p) => ({ name: text(p.name), value: text(p.value) })),
  }));
}

/** The block in the reader's language, else the first. */
export function infoFor(a: Entity, lang: string): AlertInfo | undefined {
  const infos = alertInfos(a);
  return infos.find((i) => i.language.toLowerCase().startsWith(lang)) ?? infos[0];
}

/** Arguments that open an event over an alert; without geometry its footprint stays unknown. */
export function eventArgs(a: Entity, place: string): Record<string, unknown> {
  const infos = alertInfos(a);
  const first = infos[0];
  const english = infos.find((i) => i.language.toLowerCase().startsWith('en'));
  const polygons = infos.find((i) => i.polygons.length > 0)?.polygons ?? [];
  const places = a.fields.places?.value;
  const listed = Array.isArray(places) && places.length > 0;
  const value = (name: string): unknown => a.fields[name]?.value ?? undefined;
  const title = (first?.headline || first?.event || pick(a.name)).slice(0, 160);
  return {
    alert: a.ref,
    title,
    ...(english && english !== first
      ? { title_en: (english.headline || english.event).slice(0, 160) }
      : {}),
    hazard_kind: value('hazard_kind') ?? 'other',
    place,
    ...(value('onset_at') ?? value('sent_at')
      ? { happened_at: value('onset_at') ?? value('sent_at') }
      : {}),
    ...(polygons.length > 0
      ? { footprint: { origin: 'alert', area: polygons } }
      : listed
        ? { footprint: { origin: 'alert', places } }
        : {}),
  };
}
