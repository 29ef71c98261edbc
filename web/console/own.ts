// Which steps of a thing are the answer of who it waits for, and not those of who gave it.
import type { ApiAct } from './api.ts';

/** Steps of who calls, orders or plans: they stand on the event board, not with who answers. */
const OTHERS = new Set([
  'change', 'withdraw', 'issue', 'supersede', 'dial', 'deliver', 'answer', 'no_answer', 'channel_down',
  'wrong_person', 'escalate', 'expire', 'queue',
]);

/** What this post can still answer or do. */
export const own = (acts: ApiAct[] | undefined): ApiAct[] =>
  (acts ?? []).filter((a) => a.allowed && !OTHERS.has(a.verb));

/** Whether it waits for this post: what was answered and done stays in the record. */
export const waits = (acts: ApiAct[] | undefined): boolean => own(acts).length > 0;

/** What a call still asks of who was called: an answer first, then what was done; nothing where both are told. */
export function askedBy(acts: ApiAct[] | undefined): 'answer' | 'act' | undefined {
  const left = own(acts);
  if (left.length === 0) return undefined;
  return left.some((a) => a.verb !== 'report_action') ? 'answer' : 'act';
}
