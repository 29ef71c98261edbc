// Values for the component page: each state once.
import type { Lane } from '../Gantt.svelte';
import type { Side } from '../SetAside.svelte';
import type { Choice } from '../form.ts';
import type { Column } from '../table.ts';
import type {
  CallState, CallView, ClockView, CriterionView, FigureValue, LadderStep,
} from '../types.ts';

export const NOW = Date.parse('2026-11-22T18:55:00Z');
const iso = (min: number): string => new Date(NOW + min * 60_000).toISOString();
const base: FigureValue = {
  value: 412, unit: 'household', state: 'known', source: 'S', observed_at: iso(-7),
};

export const FIGURES: [string, FigureValue][] = [
  ['known', base],
  ['estimated', { ...base, value: 1240, low: 1160, high: 1320, state: 'estimated', method: 'M' }],
  ['unknown', { value: null, state: 'unknown', owed_by: 'Longtan' }],
  ['zero', { ...base, value: 0 }],
  ['stale', { ...base, observed_at: iso(-400), stale_after_s: 7200 }],
  ['disputed', { ...base, other: 430, state: 'disputed' }],
  ['withheld', { ...base, state: 'withheld' }],
  ['derived', { ...base, derived: true }],
  ['incomplete', { ...base, state: 'incomplete' }],
  ['pair', { ...base, second: { ...base, value: 214 } }],
  ['late arrival', { ...base, received_at: iso(30) }],
];

export const CLOCKS: ClockView[] = [
  { label: 'running', started_at: iso(-10), due_at: iso(112) },
  { label: 'soon', started_at: iso(-60), due_at: iso(8) },
  { label: 'late', started_at: iso(-60), due_at: iso(-2) },
  { label: 'met', due_at: iso(5), met_at: iso(-1) },
  { label: 'met late', due_at: iso(-9), met_at: iso(-1) },
  { label: 'paused', due_at: iso(9), paused_reason: 'P' },
  { label: 'cut', due_at: iso(9), cut_since: iso(-6) },
  { label: 'none' },
];

const STEPS = ['issued', 'delivered', 'read', 'accepted', 'done', 'verified'] as const;
const rung = (full: number, due = -1): LadderStep[] =>
  STEPS.map((step, i) => ({
    step,
    mark: i === due ? 'due' : i < full ? (step === 'delivered' ? 'machine' : 'person') : 'empty',
    by: i < full ? 'Li' : undefined,
    at: i < full ? iso(-5 + i) : undefined,
  }));

export const LADDERS: LadderStep[][] = [
  rung(1),
  rung(2),
  rung(3, 3),
  rung(4),
  rung(5),
  rung(6),
  rung(4).map((s) => (s.step === 'accepted' ? { ...s, word: 'declined' } : s)),
];

const CALL_STATES: CallState[] = [
  'queued', 'dialling', 'delivered', 'heard', 'understood', 'acted', 'silent', 'refused',
  'wrong_person', 'cut', 'expired',
];
export const CALLS: CallView[] = CALL_STATES.map((state, i) => ({
  id: state, name: `T${i}`, state, word: state, tries: 1 + (i % 3),
}));

const row = (result: CriterionView['result'], value: FigureValue, missing: string[]): CriterionView => ({
  result, clause: `5.1(${result.length})`, text: 'x ≥ 3', value, missing, level: 2, counted: true, cells: [],
});
export const CRITERIA: CriterionView[] = [
  row('met', base, []),
  row('undetermined', { value: null, state: 'unknown' }, ['x']),
  row('not_met', { ...base, value: 1240, state: 'estimated' }, []),
];

const side = (value: string): Side => ({
  value, who: 'He', where: 'W', observed_at: iso(-40), received_at: iso(-38),
});
export const SIDES: [Side, Side] = [side('412'), side('430')];

export const LANES: Lane[] = (['issued', 'loaded', 'under_way', 'done', 'proposed'] as const).map(
  (look, i) => ({
    key: look,
    name: `V${i}`,
    way: 'road',
    bars: [{ key: look, label: look, from: iso(10 + i * 12), to: iso(80 + i * 20), look }],
  }),
);

export const ROWS = Array.from({ length: 1000 }, (_, i) => ({ id: String(i), n: i * 7, name: `r${i}` }));
export const COLUMNS: Column<(typeof ROWS)[number]>[] = [
  { id: 'n', head: 'n', value: (r) => r.n, numeric: true },
  { id: 'name', head: 'name', value: (r) => r.name, grow: true },
];

const VILLAGES = ['龙潭村', '西林村', '石门村', '上坪村', '河口村'];
export const CHOICES: Choice[] = Array.from({ length: 1600 }, (_, i) => ({
  code: String(990101104000 + i), label: `${VILLAGES[i % VILLAGES.length]} ${i}`, hint: String(990101104000 + i),
}));
