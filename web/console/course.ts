// What happened and what was done, drafted for a report from what is known: kind, alert, what fell in
// when; response, tasks, forces, people moved. What is unknown is left out, never written as nothing.
import { parseTime, timeOfDay } from '../kit/format.ts';
import type { KitWords } from '../kit/words.ts';
import { infoFor } from './alert.ts';
import type { ApiTask, Calls, CutOff, Entity, Force, Impact, Level, Named } from './api.ts';
import type { zhCourse } from './words/zh-course.ts';

/** What the board knows of an event; what has not come yet is undefined. */
export interface Facts {
  hazard?: Named;
  /** The event's name. */
  name?: Named;
  /** When it happened, as the event tells it. */
  happened_at?: string;
  /** The moment of the draft: what lies after it is told as expected. */
  now?: number;
  /** A report that follows another does not tell again what it is about. */
  continued?: boolean;
  /** The alert that it came from, and who issued it where the alert's text does not say. */
  alert?: Entity;
  sender?: string;
  impact?: Impact;
  level?: Level;
  calls?: Calls;
  tasks?: ApiTask[];
  forces?: Force[];
  /** A person's name in English where this node knows it. */
  person?: (name: Named) => Named;
}

/** Words of one language, whichever one the screen is in. */
export interface Tongue {
  lang: 'zh' | 'en';
  course: typeof zhCourse;
  kit: KitWords;
  line: Record<string, string>;
}

/** As many names as a reader takes in; the others are told as a number. */
const MANY = 8;
/** Steps at which a response holds. Source: domain, §4.5. */
const HOLDS = new Set(['Decided', 'Active', 'Adjusted']);

function say(words: Named | null | undefined, lang: 'zh' | 'en'): string {
  if (!words) return '';
  return typeof words === 'string' ? words : words[lang] || words.zh || words.en;
}

function at(iso: unknown, w: Tongue): string {
  const ms = typeof iso === 'string' ? parseTime(iso) : undefined;
  if (ms === undefined) return '';
  const day = new Date(ms + 8 * 3600_000);
  return w.course.at(day.getUTCMonth() + 1, day.getUTCDate(), timeOfDay(ms));
}

function sentences(said: (string | undefined)[], w: Tongue): string {
  return said.filter(Boolean).map((s) => `${s}${w.course.stop}`).join('').trim();
}

function several(names: string[], w: Tongue): string {
  const shown = names.slice(0, MANY).join(w.course.and);
  return names.length > MANY ? w.course.more(shown, names.length - MANY) : shown;
}

/** A unit that is cut off, since when, and of a township what is down there. */
function cut(unit: CutOff, w: Tongue, lines: boolean): string {
  const down = (['road', 'network', 'power'] as const).filter((l) => unit[l] === 'cut');
  const told = lines ? down.map((l) => w.line[l]).join(w.course.and) : '';
  const own = (w.lang === 'en' && unit.pinyin) || say(unit.name, w.lang);
  const name = [own || unit.place, told].filter(Boolean).join(' ');
  const since = at(unit.since, w);
  return since ? w.course.since(name, since) : name;
}

/** The alert in the words and by the name of who issued it. */
function alertWords(f: Facts, w: Tongue): string | undefined {
  if (!f.alert) return undefined;
  const info = infoFor(f.alert, w.lang);
  const headline = info?.headline || info?.event;
  const sent = at(f.alert.fields.sent_at?.value, w);
  if (!headline) return undefined;
  const sender = info?.sender || f.sender;
  return sender
    ? w.course.alert(sent, sender, headline).trim()
    : w.course.alert_unsigned(sent, headline).trim();
}

/** What happened: kind, alert, signals, and what was cut off since when. */
export function courseWords(f: Facts, w: Tongue): string {
  const c = w.course;
  const hazard = say(f.hazard, w.lang);
  const name = say(f.name, w.lang);
  const what = hazard && name ? c.kind(hazard, name) : hazard || name;
  const began = at(f.happened_at, w);
  const ahead = (parseTime(f.happened_at ?? null) ?? 0) > (f.now ?? Infinity);
  const warning = f.impact?.warning;
  const colour = typeof warning?.level === 'string' ? w.kit.colour[warning.level as 'red'] : undefined;
  const { list, townships } = f.impact?.cut_off ?? {};
  const units = (of: CutOff[], lines: boolean): string => several(of.map((u) => cut(u, w, lines)), w);
  return sentences([
    f.continued ? undefined : what && began ? (ahead ? c.begins : c.began)(what, began) : what,
    f.continued ? undefined : alertWords(f, w),
    colour && warning && warning.townships !== null ? c.signal(w.kit.warning(colour), warning.townships) : undefined,
    list?.length ? c.villages(list.length, units(list, false)) : undefined,
    townships?.list.length ? c.townships(townships.list.length, units(townships.list, true)) : undefined,
  ], w);
}

function responseWords(f: Facts, w: Tongue): string | undefined {
  const held = f.level?.in_force;
  if (!held || held.level === null || !HOLDS.has(held.state)) return undefined;
  const level = w.kit.level(held.level);
  if (held.of_this_event === false) return w.course.response_before(level);
  const person = (n: Named | null | undefined): string => say(n ? (f.person?.(n) ?? n) : n, w.lang);
  const said = w.course.response(at(held.at, w), person(held.by), level).trim();
  return held.heard_by ? w.course.heard(said, person(held.heard_by)) : said;
}

const step = (t: ApiTask, name: string): string | null | undefined =>
  t.ladder.find((s) => s.step === name)?.at;

function taskWords(tasks: ApiTask[], w: Tongue): string | undefined {
  if (tasks.length === 0) return undefined;
  const reached = (...states: string[]): number => tasks.filter((t) => states.includes(t.state ?? '')).length;
  const said = w.course.tasks(
    tasks.length, reached('Accepted', 'Done', 'Verified'), reached('Done', 'Verified'));
  const first = at(tasks.map((t) => step(t, 'issued')).filter((x) => typeof x === 'string').sort()[0], w);
  return first ? w.course.from(first, said) : said;
}

/** Forces that a task was given to, and whether they took it; nothing tells that one has left. */
function forceWords(f: Facts, w: Tongue): string | undefined {
  const sent = (f.tasks ?? []).flatMap((task) => {
    const team = f.forces?.find((x) => x.ref === task.fields.team?.value);
    if (!team || ['Withdrawn', 'Declined', 'Unable'].includes(task.state ?? '')) return [];
    const accepted = at(step(task, 'accepted'), w);
    const name = say(team.name, w.lang);
    return [accepted ? w.course.accepted(name, accepted) : w.course.ordered(name, at(step(task, 'issued'), w))];
  });
  return sent.length > 0 ? w.course.sent(several(sent, w)) : undefined;
}

function movedWords(f: Facts, w: Tongue): string | undefined {
  const moved = f.impact?.moved;
  if (moved?.value === null || moved?.value === undefined) return undefined;
  const when = at(moved.observed_at, w);
  return when ? w.course.as_of(w.course.moved(moved.value), when) : w.course.moved(moved.value);
}

/** Where a call stands, by its state; one that is only listed was never made. Source: domain, §5.4. */
const CALLED: Record<string, keyof Tongue['course']['call']> = {
  Acknowledged: 'understood', ActionReported: 'understood', Answered: 'heard',
  Dialing: 'ringing', Delivered: 'ringing', NoAnswer: 'silent', WrongPerson: 'silent',
  Refused: 'silent', ChannelDown: 'silent', Escalated: 'silent', Expired: 'lapsed', Queued: 'waiting',
};
/** Of these nothing tells that anybody was called. */
const NOT_MADE = ['lapsed', 'waiting'];

/** How many are on the list, and how far the calls to them have come: what is nobody is left out. */
function callWords(calls: Calls | undefined, w: Tongue): string | undefined {
  if (!calls || calls.total === 0) return undefined;
  const c = w.course;
  const stood = calls.cells.map((x) => CALLED[x.state]);
  const parts = Object.keys(c.call) as (keyof typeof c.call)[];
  const said = parts.flatMap((part) => {
    const n = stood.filter((s) => (part === 'called' ? s && !NOT_MADE.includes(s) : s === part)).length;
    return n > 0 ? [c.call[part](n)] : [];
  });
  return [c.calls(calls.total), ...said].join(c.comma);
}

/** What was done: level by whom, calls, tasks, forces, people moved, each with its time. */
export function stepsWords(f: Facts, w: Tongue): string {
  return sentences([
    responseWords(f, w),
    callWords(f.calls, w),
    taskWords(f.tasks ?? [], w),
    forceWords(f, w),
    movedWords(f, w),
  ], w);
}
