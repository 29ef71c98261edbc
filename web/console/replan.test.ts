// An order that only one of two plans has is told as new or as sent no more, in the right column, and a
// quantity is never told without what it is of.
import { expect, test } from 'vitest';
import { locale } from '../kit/locale.svelte.ts';
import type { Replan } from './api.ts';
import { changeRows, gainText } from './replan.ts';

const name = { zh: '大庄村', en: 'Dazhuang' };
const boat = { zh: '冲锋舟', en: 'Boat' };
const plan = {
  starts_at: '2026-07-23T03:00:00Z',
  routes: [{ stops: [{ unload: [{ item: 'blanket', packs: 14, need: 'need:7' }] }] }],
  gains: [{ place: '1', name, packs: 14, need: 'need:7' }], losses: [],
  changes: [
    { order: 'need:7/e1', name, vehicle: boat, from: null, to: { packs: 14, start_s: 3240 }, forced: false },
    { order: '990102100201/all/water/e1', name, vehicle: boat, from: { packs: 31, start_s: 0 }, to: null, forced: true },
  ],
} as unknown as Replan;

test('a new order is new in the old plan, one that goes is sent no more in the new plan', () => {
  locale.lang = 'zh';
  const [added, gone] = changeRows(plan);
  expect(added).toMatchObject({ item: '毛毯', before: '—(新增)', after: '14 件,11:54 起卸' });
  expect(gone).toMatchObject({ item: '水', before: '31 件,11:00 起卸', after: '不再送' });
  locale.lang = 'en';
  const [fresh, dropped] = changeRows(plan);
  expect(fresh).toMatchObject({ before: '— (new)', after: '14 packs, unloading from 11:54' });
  expect(dropped).toMatchObject({ before: '31 packs, unloading from 11:00', after: 'no longer sent' });
});

test('without the plan\'s start no time of day is told', () => {
  locale.lang = 'en';
  expect(changeRows({ ...plan, starts_at: null })[0]?.after).toBe('14 packs, unloading from ? unknown');
});

test('what a place gains names goods and unit', () => {
  locale.lang = 'en';
  expect(gainText(plan, plan.gains[0] as Replan['gains'][number])).toBe('Dazhuang blankets 14 packs');
});
