// From the node's answers to what components show: figures with their source in words, ladders,
// call states, criteria.
import { figureText, parseTime, unitText } from '../kit/format.ts';
import { locale } from '../kit/locale.svelte.ts';
import type {
  CallState, CallView, CriterionView, FigureValue, LadderStep, WarningColour,
} from '../kit/types.ts';
import type { ApiCall, ApiField, ApiFigure, ApiTask, Entity, LevelRow } from './api.ts';
import { conditionText } from './condition.ts';
import { label, whoWords } from './session.svelte.ts';
import { pick, t } from './words/index.svelte.ts';

export const UNKNOWN_FIGURE: ApiFigure = {
  value: null,
  low: null,
  high: null,
  unit: '',
  status: 'unknown',
  source: null,
  observed_at: null,
  received_at: null,
  age_limit_s: null,
};

/** A figure of the node as the component shows it; `second` makes a pair in one row. */
export function figure(f: ApiFigure | undefined | null, second?: ApiFigure): FigureValue {
  const a = f ?? UNKNOWN_FIGURE;
  const by = a.source?.by;
  const layer = /^dataset:(\w+)/.exec(a.source?.ref ?? '')?.[1];
  const told = pick(a.source?.name);
  const name = layer ? (t().layer[layer] ?? layer) : told;
  const banded = a.low !== null && a.high !== null && a.low !== a.high;
  const state =
    a.value === null && a.status !== 'withheld'
      ? 'unknown'
      : a.status === 'derived'
        ? banded
          ? 'estimated'
          : 'known'
        : a.status;
  return {
    value: a.value,
    second: second ? figure(second) : undefined,
    low: a.low ?? undefined,
    high: a.high ?? undefined,
    unit: a.unit || undefined,
    state,
    source: [name, whoWords(by)].filter(Boolean).join(' · ') || undefined,
    observed_at: a.observed_at ?? undefined,
    received_at: a.received_at ?? undefined,
    stale_after_s: a.age_limit_s ?? undefined,
    derived: a.status === 'derived',
    note: a.source?.op
      ? a.source.op.slice(0, 16)
      : [layer ? told : '', a.source?.ref].filter(Boolean).join(' · ') || undefined,
  };
}

/** A field of an entity as a figure, with who said it and when. */
export function fieldFigure(f: ApiField | undefined, unit?: string): FigureValue {
  const known = f?.status === 'set' && (typeof f.value === 'number' || typeof f.value === 'string');
  return {
    value: known ? (f.value as number | string) : null,
    unit,
    state: !known ? 'unknown' : (f?.aside?.length ?? 0) > 0 ? 'disputed' : 'known',
    other: f?.aside?.[0]?.value as number | string | undefined,
    source: whoWords(f?.by) || undefined,
    observed_at: f?.observed_at ?? undefined,
    received_at: f?.received_at ?? undefined,
  };
}

/** What a thing is called in the language that holds now. */
export function nameOf(e: Entity | undefined): string {
  const english = locale.lang === 'en' ? fieldText(e, 'title_en') || fieldText(e, 'name_en') : '';
  return english || pick(e?.name) || fieldText(e, 'title');
}

/** Text of a field, or nothing where it is not set. */
export function fieldText(e: Entity | undefined, name: string): string {
  const value = e?.fields[name]?.value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && ('zh' in value || 'en' in value)) {
    return pick(value as { zh: string; en: string });
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const COLOURS: Record<string, WarningColour> = {
  red: 'red', orange: 'orange', yellow: 'yellow', blue: 'blue',
  1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue',
  i: 'red', ii: 'orange', iii: 'yellow', iv: 'blue',
};

/** Colour of an official warning; undefined where none was given. */
export function warningColour(level: unknown): WarningColour | undefined {
  if (typeof level !== 'string' && typeof level !== 'number') return undefined;
  return COLOURS[String(level).toLowerCase()];
}

const CALLS: Record<string, CallState> = {
  queued: 'queued', dialing: 'dialling', dialling: 'dialling', delivered: 'delivered',
  answered: 'heard', acknowledged: 'understood', action_reported: 'acted', no_answer: 'silent',
  escalated: 'silent', refused: 'refused', wrong_person: 'wrong_person', channel_down: 'cut',
  expired: 'expired',
};

/** "ActionReported" -> "action_reported". */
export function snake(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}

/** State of a callout as a cell shows it. */
export function callState(state: string): CallState {
  return CALLS[snake(state)] ?? 'queued';
}

/** Bodies that a place is known by: of these the place's name says enough. */
const OF_A_PLACE = new Set(['government', 'village_committee', 'command_headquarters']);

/** Who is called, by the name that tells it from the others: the post of the own place with its body,
elsewhere the enterprise or body, else the place. */
export function callName(c: ApiCall, ownPlace?: string | null): string {
  const body = c.body && !OF_A_PLACE.has(c.body.sort ?? '') ? pick(c.body.name) : '';
  const atHome = ownPlace !== undefined && c.place === ownPlace;
  const post = pick(c.post);
  if (atHome) return post.includes(body) ? post : `${body} ${post}`;
  return body || pick(c.place_name) || post;
}

/** A call as a cell; posts of the node's own place are told apart by their title. */
export function callView(c: ApiCall, ownPlace?: string | null): CallView {
  return {
    id: c.ref,
    name: callName(c, ownPlace),
    word: label.state('callout', c.state),
    person: [pick(c.person), pick(c.post)].filter(Boolean).join(' · ') || undefined,
    phone: c.phone ?? undefined,
    state: callState(c.state),
    tries: c.tries ?? undefined,
    since: c.since ?? undefined,
    deputy: c.deputy
      ? { name: pick(c.deputy.person), phone: c.deputy.phone ?? undefined }
      : undefined,
  };
}

/** Who a task lies with: the post and its holder, else the department. */
export function taskBody(task: ApiTask): string {
  return pick(task.addressee?.person) || pick(task.addressee?.post) || pick(task.department);
}

const STEPS = ['issued', 'delivered', 'read', 'accepted', 'done', 'verified'] as const;

/** The six squares; a late task frames the first step that a person still owes. */
export function ladder(task: ApiTask): LadderStep[] {
  const told = new Map(
    task.ladder.map((s) => [s.step === 'at_node' ? 'delivered' : snake(s.step), s]),
  );
  const answer = ['declined', 'unable', 'withdrawn'].find((a) => told.has(a));
  let owed = task.late;
  return STEPS.map((step) => {
    const found = told.get(step) ?? (step === 'accepted' && answer ? told.get(answer) : undefined);
    if (found && (found.at !== null || found.by !== null)) {
      const mark = step === 'delivered' ? 'machine' : 'person';
      return {
        step,
        mark,
        by: whoWords(found.by) || undefined,
        at: found.at ?? undefined,
        word: step === 'accepted' ? (answer ?? 'accepted') : undefined,
      };
    }
    const mark = owed && step !== 'delivered' && step !== 'issued' ? 'due' : 'empty';
    if (mark === 'due') owed = false;
    return { step, mark };
  });
}

/** The input of a plan that counts villages cut off. */
const CUT_OFF = 'cut_off_villages';

/** Instrument and clause that a row rests on. */
function sourceText(s: LevelRow['source']): string | undefined {
  return typeof s === 'object' ? `${s.instrument} ${s.clause}` : s;
}

function valueWords(f: ApiFigure): string {
  const shown = figure(f);
  return `${figureText(shown, t().kit)} ${unitText(shown, t().kit)}`.trim();
}

/** A cell's figure. How many villages are cut off is told in two ways: as a sum that an office reported,
or counted from what was said of each village, as on the panel of what is hit; the words say which. */
function cellFigure(c: LevelRow['cells'][number]): FigureValue {
  const shown = figure(c.figure);
  if (c.input !== CUT_OFF || c.figure.value === null) return shown;
  const counted = c.figure.low !== null && c.figure.high === null;
  return { ...shown, source: counted ? t().impact.by_village : t().impact.as_sum };
}

/** A row of the plan; its value is the cell that decided, or the first that lacks. */
export function criterion(row: LevelRow): CriterionView {
  const lead =
    row.cells.find((c) => c.truth === 'undetermined') ??
    row.cells.find((c) => c.truth === row.truth) ??
    row.cells[0];
  return {
    result: row.truth,
    clause: row.clause,
    text: pick(row.text),
    value: lead ? cellFigure(lead) : figure(undefined),
    apart: lead?.input === CUT_OFF,
    missing: row.missing.map((m) => {
      const cell = row.cells.find((c) => c.input === m);
      return cell ? pick(cell.name) : pick(m);
    }),
    level: row.level,
    counted: row.counted,
    table: sourceText(row.source),
    cells: row.cells.map((c) => ({
      label: pick(c.name),
      condition: conditionText(c.condition),
      value: valueWords({ ...c.figure, unit: c.unit ?? c.figure.unit }),
      result: c.truth,
      source: cellFigure(c).source,
      observed_at: c.figure.observed_at ?? undefined,
    })),
  };
}

const ORDER = { met: 0, undetermined: 1, not_met: 2 };

/** Met first, then undetermined, then not met; within each as the plan has them. */
export function byResult(rows: CriterionView[]): CriterionView[] {
  return [...rows].sort((a, b) => ORDER[a.result] - ORDER[b.result]);
}

/** A stop's time in Unix ms; the node counts from the plan's start. */
export function stopTime(startsAt: string | null | undefined, at: string | number): number {
  if (typeof at === 'string') return Date.parse(at);
  return (parseTime(startsAt) ?? 0) + at * 1000;
}

/** Bounds of a footprint, padded; undefined where there is none. */
export function boundsOf(
  footprint: [number, number][][][] | null | undefined,
): [number, number, number, number] | undefined {
  const points = (footprint ?? []).flat(2);
  if (points.length === 0) return undefined;
  const lon = points.map((p) => p[0]);
  const lat = points.map((p) => p[1]);
  return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
}

/** The rung that a division code of twelve digits stands for, by the digits that it leaves 0. */
export function rungOf(code: string | null | undefined): string {
  if (!code || !/^\d{12}$/.test(code)) return '';
  if (/^0{12}$/.test(code)) return 'nation';
  if (/0{10}$/.test(code)) return 'province';
  if (/0{8}$/.test(code)) return 'city';
  if (/0{6}$/.test(code)) return 'county';
  return /0{3}$/.test(code) ? 'township' : 'village';
}
