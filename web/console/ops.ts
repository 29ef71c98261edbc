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

export function opKind(op: OpRow): string {
  return op.kind ? label.kind(op.kind) : t().ledger.title;
}

export function opTitle(op: OpRow): string {
  const title = pick(op.title);
  if (!op.kind) return t().ledger.op[title] ?? title;
  return title || label.verb(op.kind, op.verb);
}
