// An alert as it came in: one block a language, each with headline, area, text, parameters.
import type { Entity } from './api.ts';

export interface AlertInfo {
  language: string;
  event: string;
  headline: string;
  description: string;
  instruction: string;
  sender: string;
  area: string;
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
    parameters: list(i.parameters).map((p) => ({ name: text(p.name), value: text(p.value) })),
  }));
}

/** The block in the reader's language, else the first. */
export function infoFor(a: Entity, lang: string): AlertInfo | undefined {
  const infos = alertInfos(a);
  return infos.find((i) => i.language.toLowerCase().startsWith(lang)) ?? infos[0];
}
