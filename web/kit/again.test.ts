// The password that is asked again: given once, taken back, and never asked where nothing can ask.
import { expect, test } from 'vitest';
import { again, askAgain, canAsk, giveAgain } from './again.svelte.ts';

test('what is given answers the act that waits', async () => {
  const gone = canAsk();
  const first = askAgain('');
  expect(again.asking).toBe(true);
  giveAgain('seven cats');
  expect(await first).toBe('seven cats');
  expect(again.asking).toBe(false);
  const second = askAgain('wrong');
  expect(again.wrong).toBe('wrong');
  giveAgain(undefined);
  expect(await second).toBeUndefined();
  expect(again.wrong).toBe('');
  gone();
});

test('an act whose strip has gone is taken back, and none is asked without one', async () => {
  const gone = canAsk();
  const waits = askAgain('');
  gone();
  expect(await waits).toBeUndefined();
  expect(again.asking).toBe(false);
  expect(await askAgain('')).toBeUndefined();
  expect(again.asking).toBe(false);
});
