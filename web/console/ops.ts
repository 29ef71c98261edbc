// An entry of the record in words: who, what, of which kind; entries of the ledger itself (certificates,
// checkpoints) are signed by a node and say so.
import type { OpRow } from './api.ts';
import { label, whoWords } from './session.svelte.ts';
import { pick, t } from './words/index.svelte.ts';

const KEY = /^[0-9a-f]{16}$/;

/** Who wrote it: a person, else the account, else the node by the start of its key. */
export function opWho(op: OpRow): string {
  const person = whoWords(op.person);
  if (!op.account && KEY.test(person)) return t().ledger.node(person.slice(0, 6));
  if (op.heard_by) return person + t().level.heard(pick(op.heard_by));
  return person || (op.account ?? '') || `? ${t().kit.unknown}`;
}

/** Where it was written for: a unit's name, else its code. */
export function opWhere(op: OpRow): string {
  return pick(op.place_name) || (op.place ?? '');
}

/** What all of these tell alike; nothing where they differ. */
export function sameOf(rows: readonly OpRow[], of: (op: OpRow) => string): string {
  const told = new Set(rows.map(of));
  return told.size === 1 && rows[0] ? of(rows[0]) : '';
}

/** What was done in one step, the most often first, with how often. */
export function titlesOf(rows: readonly OpRow[]): string {
  const times = new Map<string, number>();
  for (const op of rows) times.set(opTitle(op), (times.get(opTitle(op)) ?? 0) + 1);
  const most = [...times].sort(([, a], [, b]) => b - a);
  return most.map(([title, n]) => (n > 1 ? `${title} ×${n}` : title)).join(' · ');
}

export function opKind(op: OpRow): string {
  return op.kind ? label.kind(op.kind) : t().ledger.title;
}

export function opTitle(op: OpRow): string {
  const title = pick(op.title);
  if (!op.kind) return t().ledger.op[title] ?? title;
  return title || label.verb(op.kind, op.verb);
}
