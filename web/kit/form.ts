// Forms made from the description of an entity: which control a field gets, how its text becomes
// the value of a command, and what is wrong with it.
import { nodeNow } from './clock.svelte.ts';
import type { Findable } from './find.ts';

/** One thing that can be chosen. */
export interface Choice extends Findable {
  code: string;
}

/** A field as `GET /kinds` describes it. */
export interface FieldDescription {
  name: string;
  label: string;
  shape: { type: string; [more: string]: unknown };
  /** Codes with labels in the language that holds now. */
  codes?: Choice[];
  required?: boolean;
  /** Asked for before what may be left out: part of what the act needs. */
  first?: boolean;
  unit?: string;
  hint?: string;
}

export type Control =
  | 'text' | 'long' | 'integer' | 'choice' | 'bool' | 'time' | 'position' | 'lines' | 'file';

/** Which control a shape is entered with. */
export function controlOf(field: FieldDescription): Control {
  if (field.codes && field.codes.length > 0) return 'choice';
  const type = field.shape.type.toLowerCase();
  if (type === 'blob') return 'file';
  if (type === 'list') {
    return (field.shape.of as { type?: string } | undefined)?.type === 'blob' ? 'file' : 'lines';
  }
  if (type === 'text' && typeof field.shape.max === 'number' && field.shape.max > 400) return 'long';
  if (/bool|truth/.test(type)) return 'bool';
  if (type === 'position') return 'position';
  if (/time|stamp|seconds|instant/.test(type)) return 'time';
  if (/int|count|number|u8|u16|u32|u64|i32|i64|ppm|quantity/.test(type)) return 'integer';
  if (/long|note|prose/.test(type)) return 'long';
  return 'text';
}

export type FieldProblem = 'required' | 'not_integer' | 'not_time' | 'not_position';

/** "30.31, 118.2" (latitude first, as read on the map) -> [lon, lat] in degrees, CGCS2000. */
export function positionOf(text: string): [number, number] | undefined {
  const m = /^\s*(-?\d+(?:\.\d+)?)\s*[,\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text.normalize('NFKC'));
  const lat = Number(m?.[1]);
  const lon = Number(m?.[2]);
  return m && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : undefined;
}

/** What is wrong with the text of a field; nothing if it may be sent. */
export function problemOf(field: FieldDescription, text: string): FieldProblem | undefined {
  if (text.trim() === '') return field.required ? 'required' : undefined;
  const control = controlOf(field);
  const money = field.shape.unit === 'fen';
  if (control === 'integer' && !(money ? /^\d+(\.\d{1,2})?$/ : /^-?\d+$/).test(plainDigits(text))) {
    return 'not_integer';
  }
  if (control === 'position' && !positionOf(text)) return 'not_position';
  if (control === 'time' && timeOf(text) === undefined) return 'not_time';
  return undefined;
}

/** Full-width digits and thousands commas are taken as they are meant. */
export function plainDigits(text: string): string {
  return text.normalize('NFKC').trim().replaceAll(',', '');
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((x) => x.trim())
    .filter(Boolean);
}

/** Text of a field as the value of a command; null where it was said to be unknown. */
export function valueOf(field: FieldDescription, text: string): unknown {
  const control = controlOf(field);
  // Money is entered in yuan and kept in fen.
  if (control === 'integer' && field.shape.unit === 'fen') {
    return Math.round(Number(plainDigits(text)) * 100);
  }
  if (control === 'integer') return Number.parseInt(plainDigits(text), 10);
  if (control === 'lines') return lines(text);
  if (control === 'file') return field.shape.type === 'list' ? lines(text) : text.trim();
  if (control === 'bool') return text === 'true';
  if (control === 'position') return positionOf(text);
  if (control === 'time') return new Date(timeOf(text) ?? 0).toISOString().replace('.000Z', 'Z');
  return text.trim();
}

/** A UTC time as it is typed, 24 h at +08:00: "2026-11-23 02:55". */
export function timeInput(ms: number): string {
  return new Date(ms + 8 * 3600_000).toISOString().slice(0, 16).replace('T', ' ');
}

/** "2026-11-23 02:55", "11-23 02:55" of this year or "02:55" of today, at +08:00, to Unix ms. */
export function timeOf(text: string, now = nodeNow()): number | undefined {
  const plain = text.normalize('NFKC').trim();
  const m = /^(?:(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})[\sT]+)?(\d{1,2}):(\d{2})$/.exec(plain);
  if (!m) return undefined;
  const today = timeInput(now).split(/[- ]/);
  const two = (s: string | undefined, other: string | undefined): string =>
    (s ?? other ?? '').padStart(2, '0');
  const date = `${m[1] ?? today[0]}-${two(m[2], today[1])}-${two(m[3], today[2])}`;
  const ms = Date.parse(`${date}T${two(m[4], '')}:${m[5]}:00+08:00`);
  return Number.isNaN(ms) || timeInput(ms).slice(0, 10) !== date ? undefined : ms;
}
