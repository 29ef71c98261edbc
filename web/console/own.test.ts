// A call that was acknowledged does not ask for an answer again: what remains is to tell what was done.
import { expect, test } from 'vitest';
import type { ApiAct } from './api.ts';
import { askedBy } from './own.ts';

const act = (verb: string, allowed = true): ApiAct => ({ verb, to: null, allowed, refusal: null }) as unknown as ApiAct;

test('what a call asks follows what was answered', () => {
  expect(askedBy([act('acknowledge'), act('refuse'), act('report_action', false)])).toBe('answer');
  expect(askedBy([act('acknowledge', false), act('report_action')])).toBe('act');
  expect(askedBy([act('acknowledge', false), act('report_action', false)])).toBeUndefined();
  // The steps of who calls are not those of who is called.
  expect(askedBy([act('escalate'), act('no_answer')])).toBeUndefined();
  expect(askedBy(undefined)).toBeUndefined();
});
