import { afterEach, expect, test } from 'vitest';
import { locale } from '../kit/locale.svelte.ts';
import { conditionText } from './condition.ts';
import { zh } from './words/zh.ts';
import { en } from './words/en.ts';

function speak(lang: 'zh' | 'en'): void {
  locale.lang = lang;
  locale.kit = (lang === 'zh' ? zh : en).kit;
}
afterEach(() => speak('zh'));

test.each([
  ['>= 5_000', '5,000 以上(含)', '5,000 or more'],
  ['> 3', '超过 3', 'more than 3'],
  ['< 200_000', '200,000 以下(不含)', 'under 200,000'],
  ['<= 3', '3 以下(含)', '3 or fewer'],
  ['[1_000..5_000)', '1,000(含)至 5,000(不含)', '1,000 or more, under 5,000'],
  ['(3..5]', '3(不含)至 5(含)', 'more than 3, 5 or fewer'],
  ['2', '等于 2', 'exactly 2'],
  ['-', '不限', 'any'],
  ['main_stem_major_danger', '如条文所述', 'as the clause says'],
  ['key_breach, other_breach', '如条文所述', 'as the clause says'],
])('%s is said in words', (condition, chinese, english) => {
  speak('zh');
  expect(conditionText(condition)).toBe(chinese);
  speak('en');
  expect(conditionText(condition)).toBe(english);
});

test('what is none of these stays as the table has it', () => {
  expect(conditionText('not(x) ? y')).toBe('not(x) ? y');
});
