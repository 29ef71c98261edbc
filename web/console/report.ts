// The report's six fields and its figures, as the entity `report` takes them.
import { nodeNow } from '../kit/clock.svelte.ts';
import type { FieldDescription } from '../kit/form.ts';
import { timeInput } from '../kit/form.ts';
import { parseTime } from '../kit/format.ts';
import type { Lang } from '../kit/locale.svelte.ts';
import type { Entity, Named, ReportInHand } from './api.ts';
import { courseWords, stepsWords, type Facts, type Tongue } from './course.ts';
import { here, label, whoNamed } from './session.svelte.ts';
import { dictionary, pick, t } from './words/index.svelte.ts';

/** Figures of a report that a desk is asked for, in the order of the paper. */
export const FIGURES = [
  'dead', 'missing', 'injured', 'trapped', 'moved', 'houses_collapsed', 'houses_severe',
] as const;

/** The form: received, source, time and place, kind and course, casualties, steps. */
export function reportFields(): FieldDescription[] {
  const w = t().report;
  const time = { type: 'instant' };
  const line = { type: 'text' };
  const long = { type: 'long' };
  const count = { type: 'int' };
  return [
    { name: 'observed_at', label: w.received, shape: time, required: true },
    { name: 'source_unit', label: w.source, shape: line },
    { name: 'told_by', label: label.field('report', 'told_by'), shape: line },
    { name: 'told_by_phone', label: label.field('report', 'told_by_phone'), shape: line },
    { name: 'happened_at', label: w.happened, shape: time },
    { name: 'title', label: w.time_place, shape: line },
    { name: 'what', label: w.kind, shape: long, required: true, hint: t().course.hint },
    { name: 'figures_at', label: label.field('report', 'figures_at'), shape: time },
    ...FIGURES.map((name) => ({ name, label: w.figure[name] ?? name, shape: count })),
    { name: 'measures', label: w.steps, shape: long, hint: t().course.hint },
  ];
}

function flat(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return 'zh' in value ? pick(value as Named) : '';
  return String(value);
}

/** Fields of the report in hand by the name that the entity has for them. */
const FORM_NAME: Record<string, string> = {
  received: 'observed_at',
  source_name: 'source_unit',
  where: 'title',
};

/** What the node filled in already, as texts of the form. */
export function reportStart(r: ReportInHand): Record<string, string> {
  const out: Record<string, string> = {};
  const put = (name: string, value: unknown): void => {
    const text = flat(value);
    const at = /_at$/.test(name) ? parseTime(text) : undefined;
    if (text !== '') out[name] = at === undefined ? text : timeInput(at);
  };
  for (const [told, f] of Object.entries(r.fields)) {
    const name = FORM_NAME[told] ?? told;
    if (name === 'figures' && typeof f.value === 'object' && f.value !== null) {
      for (const [k, v] of Object.entries(f.value)) put(k, v);
    } else put(name, f.value);
  }
  return out;
}

/** When word came, as the form starts: of a report that follows, this moment; of the first, when the
event was entered, never before it happened and never later than now. */
export function receivedAt(event: Entity, number: number, now: number): string {
  const happened = event.fields.happened_at?.value;
  const entered = parseTime(event.created_at) ?? now;
  const began = typeof happened === 'string' ? (parseTime(happened) ?? entered) : entered;
  return timeInput(number > 1 ? now : Math.min(now, Math.max(entered, began)));
}

/** What the person wrote: figures asked for and not known are null, never zero. */
export function reportBody(
  args: Record<string, unknown>,
  unknown: Record<string, boolean>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const figures: Record<string, unknown> = {};
  const names = new Set<string>(FIGURES);
  for (const [name, value] of Object.entries(args)) {
    if (names.has(name)) figures[name] = value;
    else out[name] = value;
  }
  for (const name of FIGURES) if (unknown[name]) figures[name] = null;
  if (Object.keys(figures).length > 0) out.figures = figures;
  return out;
}

/** Course and steps as they are drafted; a text that nothing is known for is left out. */
export type Draft = Partial<Record<'what' | 'measures', string>>;

/** What the board knows of the event, drafted in one language. */
export function reportDraft(
  event: Entity,
  hand: ReportInHand,
  known: Omit<Facts, 'hazard' | 'name' | 'continued'>,
  lang: Lang,
): Draft {
  const words = dictionary(lang);
  const w: Tongue = { lang, course: words.course, kit: words.kit, line: words.impact.line };
  const value = (name: string): unknown => event.fields[name]?.value;
  const text = (name: string): string => flat(value(name));
  const facts: Facts = {
    ...known,
    continued: hand.number > 1,
    hazard: here.kinds.event?.fields.find((f) => f.name === 'hazard_kind')?.codes?.[text('hazard_kind')],
    name: { zh: text('title'), en: text('title_en') || text('title') },
    happened_at: text('happened_at'),
    now: nodeNow(),
    person: whoNamed,
  };
  const [what, measures] = [courseWords(facts, w), stepsWords(facts, w)];
  return { ...(what ? { what } : {}), ...(measures ? { measures } : {}) };
}

/** What is signed: a text left as it was drafted goes in the language of the paper, Chinese. */
export function onPaper(args: Record<string, unknown>, shown: Draft, paper: Draft): Record<string, unknown> {
  const out = { ...args };
  for (const name of ['what', 'measures'] as const) {
    if (shown[name] !== undefined && out[name] === shown[name]) out[name] = paper[name] ?? out[name];
  }
  return out;
}
