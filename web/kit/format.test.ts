import { expect, it } from 'vitest';
import { enKit } from '../console/words/en-kit.ts';
import { zhKit } from '../console/words/zh-kit.ts';
import { toCsv } from './csv.ts';
import { age, figureText, isStale, number, partSpoken, span, timeOfDay, when } from './format.ts';
import { plainDigits, positionOf, problemOf, timeInput, timeOf, valueOf } from './form.ts';
import { halfWidth, initials } from './pinyin.ts';
import { foldedLines, visibleRows, type Column } from './table.ts';
import type { FigureValue } from './types.ts';

const now = Date.parse('2026-11-22T18:55:08Z');
const minute = 60_000;
const hour = 60 * minute;

it('writes times of the place, with the day where it is another', () => {
  expect(timeOfDay(now)).toBe('02:55');
  expect(when(now - 4 * hour, now, zhKit)).toBe('昨 22:55');
  expect(when(now - 4 * hour, now, enKit)).toBe('yest. 22:55');
  expect(when(now - 50 * hour, now, zhKit)).toBe('11-21 00:55');
  expect(when(now - 50 * hour, now, enKit)).toBe('21 Nov 00:55');
  expect(when(Date.parse('2023-11-01T00:00:00Z'), now, zhKit)).toBe('2023-11-01 08:00');
});

it('gives spans units and ages their grain', () => {
  expect(span(18 * minute, zhKit)).toBe('18 分');
  expect(span(112 * minute, zhKit)).toBe('1 时 52 分');
  expect(span(112 * minute, enKit)).toBe('1 h 52 min');
  expect(age(now - 30_000, now, zhKit)).toBe('刚刚');
  expect(age(now - 4 * minute, now, zhKit)).toBe('4 分前');
  expect(age(now - 3 * hour, now, enKit)).toBe('3 h ago');
  expect(age(now - 23 * 24 * hour, now, enKit)).toBe('23 days ago');
  expect(age(Date.parse('2023-11-01T00:00:00Z'), now, zhKit)).toBe('2023-11');
});

const known: FigureValue = { value: 38420, state: 'estimated', unit: 'person' };

it('never writes unknown as zero, blank or a dash', () => {
  expect(number(38420)).toBe('38,420');
  expect(figureText(known, zhKit)).toBe('≈38,420');
  expect(figureText({ value: null, state: 'unknown' }, zhKit)).toBe('? 未知');
  expect(figureText({ value: null, state: 'known' }, enKit)).toBe('? unknown');
  expect(figureText({ value: 0, state: 'known' }, enKit)).toBe('0');
  expect(figureText({ value: 412, other: 430, state: 'disputed' }, enKit)).toBe('412 ⇄ 430');
});

it('is stale by the limit of its own class', () => {
  const f: FigureValue = {
    ...known,
    observed_at: new Date(now - 3 * hour).toISOString(),
    stale_after_s: 7200,
  };
  expect(isStale(f, now)).toBe(true);
  expect(isStale({ ...f, stale_after_s: 21600 }, now)).toBe(false);
  expect(isStale({ ...f, stale_after_s: undefined }, now)).toBe(false);
});

it('finds places by pinyin initials and full-width text', () => {
  expect(initials('龙潭村')).toBe('ltc');
  expect(halfWidth('X204')).toBe('x204');
});

it('writes and speaks each number of a pair with its own sign, band and bound', () => {
  const about = (value: number, low: number, high: number): FigureValue =>
    ({ value, low, high, unit: 'person', state: 'estimated' });
  const pair: FigureValue = { ...about(8644, 8000, 9288), second: { value: 5, low: 5, high: 5, state: 'known' } };
  expect(figureText(pair, zhKit)).toBe('≈8,644 / 5');
  expect(figureText({ ...pair, second: about(2230, 2000, 2460) }, zhKit)).toBe('≈8,644 / ≈2,230');
  expect(partSpoken(pair, enKit)).toBe('about 8,644 people, plus or minus 644');
  // An exact number is off by nothing, and nothing is said of it.
  expect(partSpoken({ value: 5, low: 5, high: 5, state: 'known' }, enKit)).toBe('5');
  // Further off to one side than to the other: no one number says by how much.
  expect(partSpoken(about(9407, 8657, 9875), zhKit)).toBe('约 9,407 人, 在 8,657 到 9,875 之间');
});

it('says at least how many where a number is not known, and never at least none', () => {
  const open: FigureValue = { value: null, low: 3, high: 9, state: 'unknown' };
  const pair: FigureValue = { value: 123, state: 'known', second: open };
  expect(figureText(pair, zhKit)).toBe('123 / ? 至少 3');
  expect(partSpoken(open, enKit)).toBe('at least 3');
  expect(figureText({ ...pair, second: { ...open, low: 0 } }, zhKit)).toBe('123 / ? 未知');
  expect(partSpoken({ ...open, low: 0 }, zhKit)).toBe('未知');
  expect(partSpoken({ ...open, low: 0, method: '6 处待判定' }, zhKit)).toBe('未知, 6 处待判定');
});

it('keeps formulas out of exported tables', () => {
  expect(toCsv(['a'], [['=1+1'], ['-5'], ['x,"y"']])).toBe(
    '\uFEFFa\r\n\'=1+1\r\n-5\r\n"x,""y"""\r\n',
  );
});

it('filters and sorts rows of a table', () => {
  const columns: Column<{ n: number; name: string }>[] = [
    { id: 'n', head: 'n', value: (r) => r.n, numeric: true },
    { id: 'name', head: 'name', value: (r) => r.name },
  ];
  const rows = [
    { n: 10, name: '清溪' },
    { n: 9, name: '龙潭' },
    { n: 100, name: '龙泉' },
  ];
  const shown = visibleRows(rows, columns, { name: '龙' }, { id: 'n', desc: true });
  expect(shown.map((r) => r.n)).toEqual([100, 9]);
});

it('folds rows of one step into one that opens, each place of a step on its own, and never a few', () => {
  const rows = ['a', 'a', 'a', 'b', 'a', 'a', 'a', 'a', 'c', 'c'].map((step, n) => ({ step, n }));
  const lines = (open: string[]): string =>
    foldedLines(rows, (r) => r.step, new Set(open)).map((l) => (l.group ? `${l.group.rows.length}×` : '') + l.row.n).join(' ');
  expect(lines([])).toBe('3×0 3 4×4 8 9');
  expect(lines(['a 1'])).toBe('3×0 3 4×4 4 5 6 7 8 9');
  expect(foldedLines(rows, undefined, new Set())).toHaveLength(rows.length);
  expect(foldedLines(rows, () => undefined, new Set())).toHaveLength(rows.length);
});

it('reads fields as they are meant and says what is wrong', () => {
  const field = { name: 'n', label: 'n', shape: { type: 'int' }, required: true };
  expect(plainDigits('1,204')).toBe('1204');
  expect(problemOf(field, '')).toBe('required');
  expect(problemOf(field, '3尺')).toBe('not_integer');
  expect(valueOf(field, '12')).toBe(12);
  expect(valueOf({ ...field, shape: { type: 'instant' } }, '2026-11-23 02:55')).toBe(
    '2026-11-22T18:55:00Z',
  );
  expect(timeInput(timeOf('02:31', now) ?? 0)).toBe('2026-11-23 02:31');
  expect(timeInput(timeOf('11-20 9:05', now) ?? 0)).toBe('2026-11-20 09:05');
  expect(timeOf('11-31 09:05', now)).toBeUndefined();
  expect(timeOf('25:00', now)).toBeUndefined();
  expect(positionOf('30.31, 118.2')).toEqual([118.2, 30.31]);
  expect(positionOf('118.2, 30.31')).toBeUndefined();
});

it('takes money in yuan and keeps it in fen', () => {
  const funds = { name: 'funds', label: 'Funds', shape: { type: 'int', unit: 'fen' } };
  expect(valueOf(funds, '80,000')).toBe(8_000_000);
  expect(valueOf(funds, '0.5')).toBe(50);
  expect(problemOf(funds, '1.234')).toBe('not_integer');
  expect(problemOf(funds, '-1')).toBe('not_integer');
});
