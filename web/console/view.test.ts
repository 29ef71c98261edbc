// How many villages are cut off is told in two ways that may differ; a row of the plan says which it rests on.
import { expect, test } from 'vitest';
import { locale } from '../kit/locale.svelte.ts';
import type { LevelRow } from './api.ts';
import { criterion } from './view.ts';
import { dictionary } from './words/index.svelte.ts';

const row = (low: number | null, high: number | null): LevelRow => {
  const figure = {
    value: 3, low, high, unit: 'village', status: 'known', observed_at: '2026-07-23T02:00:00Z', received_at: null,
    age_limit_s: 7200, source: { kind: 'op', ref: 'situation:s1', name: '断路断网断电村', op: null, by: null },
  };
  const cell = { input: 'cut_off_villages', name: '断路断网断电村', condition: '>= 3', unit: 'village', figure, truth: 'met' };
  return { level: 2, clause: '5.1(4)', text: '断路断网断电村 3 个以上', truth: 'met', counted: true, cells: [cell], missing: [], source: 'x' } as unknown as LevelRow;
};

test('a sum that an office reported is told from a count of what was said of each village', () => {
  locale.lang = 'zh';
  locale.kit = dictionary('zh').kit;
  expect(criterion(row(null, null)).value.source).toBe('上报汇总数');
  expect(criterion(row(3, null)).value.source).toBe('逐村上报');
  expect(criterion(row(3, null)).apart).toBe(true);
});
