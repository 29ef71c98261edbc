import { expect, test } from 'vitest';
import { fit, found } from './find.ts';

const LONGTAN = { label: '龙潭村', hint: '990101104203', words: 'Longtan village' };
const XILIN = { label: '西林村', hint: '990101104204', words: 'Xilin village' };
const LI = { label: '县值班员 · 李敏', hint: '0990-2210014', words: 'county.duty' };
const ALL = [XILIN, LONGTAN, LI];

test('initials, words, codes, digits, and either width find it', () => {
  for (const typed of ['ltc', 'LTC', '龙潭', 'longtan', '104203', '９９０１０１１０４２０３', '村 龙', 'longtan vil']) {
    expect(found(ALL, typed)[0], typed).toBe(LONGTAN);
  }
  for (const typed of ['0014', 'lm', 'county.duty', '李敏 值班']) expect(found(ALL, typed), typed).toEqual([LI]);
});

test('the best comes first, equals stay, and what does not fit is left out', () => {
  expect(found(ALL, '')).toEqual(ALL);
  expect(found(ALL, '村')).toEqual([XILIN, LONGTAN]);
  expect(found(ALL, '潭')).toEqual([LONGTAN]);
  expect(found(ALL, 'nothing like it')).toEqual([]);
  expect(fit(LONGTAN, '龙')).toBeGreaterThan(fit(LONGTAN, 'ltc'));
});
