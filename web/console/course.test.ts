// A report's course and steps say what is known, in the order of what happened, and nothing else.
import { expect, test } from 'vitest';
import type { Entity, Force, Impact, Level } from './api.ts';
import { courseWords, stepsWords, type Facts, type Tongue } from './course.ts';
import { dictionary } from './words/index.svelte.ts';

const tongue = (lang: 'zh' | 'en'): Tongue => {
  const d = dictionary(lang);
  return { lang, course: d.course, kit: d.kit, line: d.impact.line };
};
const alert = {
  fields: {
    sent_at: { status: 'set', value: '2026-07-12T06:00:00Z' },
    infos: { status: 'set', value: [{ language: 'zh-CN', headline: '暴雨红色预警', sender_name: '气象台' }] },
  },
} as unknown as Entity;
const cut = { place: '990101', name: { zh: '石桥村', en: 'Shiqiao' }, since: '2026-07-12T06:20:00Z', road: 'cut', network: 'up', power: 'unknown' };
const impact = {
  warning: { level: 'red', hazard: 'flood', townships: 3, ref: 'alert:1' },
  cut_off: { list: [cut], townships: { list: [{ ...cut, since: null, network: 'cut' }] } },
  moved: { value: null },
} as unknown as Impact;
const known: Facts = {
  hazard: { zh: '洪涝', en: 'flood' }, name: { zh: '台风雨', en: 'Typhoon rain' }, alert, impact,
};

test('what happened is told with what fell in when', () => {
  expect(courseWords(known, tongue('zh'))).toBe(
    '洪涝:台风雨。7月12日14:00气象台发布“暴雨红色预警”。红色预警覆盖 3 个乡镇。' +
      '断点村 1 个:石桥村(7月12日14:20起)。断路断网断电乡镇 1 个:石桥村 断路、断网。');
  expect(courseWords(known, tongue('en'))).toMatch(/^flood: Typhoon rain\. 12 Jul 14:00 /);
});

test('a report that follows does not tell again what it is about', () => {
  expect(courseWords({ ...known, continued: true }, tongue('zh'))).toMatch(/^红色预警/);
});

test('what nobody knows is left out, never told as nothing', () => {
  expect(courseWords({}, tongue('zh'))).toBe('');
  expect(stepsWords({ impact }, tongue('zh'))).toBe('');
});

test('steps name who started which level, tasks and forces with their answers, people moved', () => {
  const level = {
    in_force: { level: 3, state: 'Active', by: '张山', at: '2026-07-12T06:30:00Z', of_this_event: true },
  } as unknown as Level;
  const task = {
    state: 'Accepted', fields: { team: { value: 'team:1' } },
    ladder: [{ step: 'issued', at: '2026-07-12T06:31:00Z' }, { step: 'accepted', at: '2026-07-12T06:40:00Z' }],
  };
  const open = { ...task, state: 'Issued', fields: {}, ladder: task.ladder.slice(0, 1) };
  const moved = { ...impact, moved: { value: 120, observed_at: '2026-07-12T06:50:00Z' } } as unknown as Impact;
  const forces = [{ ref: 'team:1', name: '舟艇队' }] as unknown as Force[];
  expect(stepsWords({ level, tasks: [task, open], forces, impact: moved } as unknown as Facts, tongue('zh'))).toBe(
    '7月12日14:30张山批准启动三级响应。7月12日14:31起下达任务 2 项,已接受 1 项,已办结 0 项。' +
      '调动力量:舟艇队(7月12日14:40接受)。已转移 120 人(截至7月12日14:50)。');
});

test('a report tells who was called apart from who is only listed', () => {
  const cells = (of: Record<string, number>): { state: string }[] =>
    Object.entries(of).flatMap(([state, n]) => Array.from({ length: n }, () => ({ state })));
  const calls = (of: Record<string, number>): Facts =>
    ({ calls: { total: cells(of).length, acknowledged: 0, cells: cells(of) } }) as unknown as Facts;
  const some = calls({ Queued: 318, Acknowledged: 2, ActionReported: 1, NoAnswer: 1, ChannelDown: 1 });
  expect(stepsWords(some, tongue('zh'))).toBe(
    '叫应名单 323 人,已叫 5 人,已明白 3 人,未叫到 2 人,待叫 318 人。');
  expect(stepsWords(some, tongue('en'))).toBe(
    '323 people on the call list, 5 called, 3 understood, 2 not reached, 318 still to be called.');
  expect(stepsWords(calls({ Queued: 4, Expired: 1 }), tongue('zh'))).toBe(
    '叫应名单 5 人,已失效 1 人,待叫 4 人。');
  expect(stepsWords(calls({ Answered: 1, Delivered: 1 }), tongue('en'))).toBe(
    '2 people on the call list, 2 called, 1 answered, not confirmed yet, 1 being called.');
});

test('a level only proposed, or none, is no step that was taken', () => {
  const level = { in_force: { level: 3, state: 'Proposed', by: null, at: null } } as unknown as Level;
  expect(stepsWords({ level }, tongue('zh'))).toBe('');
});
