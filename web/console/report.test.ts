// When word came, as a report's form starts.
import { expect, test } from 'vitest';
import type { Entity } from './api.ts';
import { receivedAt } from './report.ts';

const event = (happened: string, entered: string): Entity =>
  ({ fields: { happened_at: { status: 'set', value: happened } }, created_at: entered }) as unknown as Entity;
const now = Date.parse('2026-07-23T02:37:00Z');

test('a report that follows starts with this moment', () => {
  expect(receivedAt(event('2026-07-22T20:00:00Z', '2026-07-22T20:05:00Z'), 2, now)).toBe('2026-07-23 10:37');
});

test('the first starts with when the event was entered, never before it happened nor later than now', () => {
  expect(receivedAt(event('2026-07-22T20:00:00Z', '2026-07-22T20:05:00Z'), 1, now)).toBe('2026-07-23 04:05');
  expect(receivedAt(event('2026-07-22T20:10:00Z', '2026-07-22T20:05:00Z'), 1, now)).toBe('2026-07-23 04:10');
  expect(receivedAt(event('2026-07-23T03:00:00Z', '2026-07-22T20:05:00Z'), 1, now)).toBe('2026-07-23 10:37');
});
