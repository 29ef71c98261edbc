// Files that a record points at by hash: which fields hold them and where they are read.
import type { KindField } from './api.ts';
import { label, here } from './session.svelte.ts';
import { pick } from './words/index.svelte.ts';

type Shape = KindField['shape'];

/** Where a kept file is read; the bytes are those of its hash. */
export function blobUrl(hash: string): string {
  return `/api/v1/blobs/${encodeURIComponent(hash)}`;
}

const HASH = /^[0-9a-f]{64}$/;

/** True where a field of this shape holds what a person attaches: one file or a list of them. */
export function holdsFiles(shape: Shape): boolean {
  return (shape.type === 'list' ? (shape.of as Shape | undefined)?.type : shape.type) === 'blob';
}

export interface Files {
  name: string;
  label: string;
  hashes: string[];
}

function hashes(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((h): h is string => typeof h === 'string' && HASH.test(h));
}

/** The files in one value of a field, those in parts of a record too. */
export function filesOf(kind: string, field: string, value: unknown): Files[] {
  const described = here.kinds[kind]?.fields.find((f) => f.name === field);
  if (!described) return [];
  if (holdsFiles(described.shape)) {
    const found = hashes(value);
    return found.length > 0 ? [{ name: field, label: label.field(kind, field), hashes: found }] : [];
  }
  if (described.shape.type !== 'record' || typeof value !== 'object' || value === null) return [];
  const parts = (described.shape.parts ?? []) as { name: string; shape: Shape }[];
  return parts
    .filter((p) => holdsFiles(p.shape))
    .map((p) => ({
      name: `${field}.${p.name}`,
      label: pick(here.kinds[kind]?.parts?.[p.name]) || p.name,
      hashes: hashes((value as Record<string, unknown>)[p.name]),
    }))
    .filter((f) => f.hashes.length > 0);
}
