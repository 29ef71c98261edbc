// What the components show. Times are UTC in ISO 8601 with Z; screens show them at +08:00.

/** How much is known of a value. `unknown` is never zero, blank or a dash. */
export type DataState =
  | 'known'
  | 'estimated'
  | 'unknown'
  | 'disputed'
  | 'withheld'
  | 'incomplete';

/** A number (or words) that never stands alone: value, unit, age, source, and its band. */
export interface FigureValue {
  value: number | string | null;
  /** What this number of a pair is called. */
  name?: string;
  /** For a pair shown in one row, as "under 5 / pregnant": the other number, with a band and state of its own. */
  second?: FigureValue;
  /** Where the value is unknown: at least so many. */
  low?: number;
  high?: number;
  /** Key of the unit in the app's words: person, household, village ... */
  unit?: string;
  state: DataState;
  source?: string;
  observed_at?: string;
  received_at?: string;
  /** How it was worked out; of an unknown one, why it is not known. */
  method?: string;
  /** Who owes a value that is unknown. */
  owed_by?: string;
  /** The other value of a dispute. */
  other?: number | string;
  /** Set where the value is computed from others. */
  derived?: boolean;
  /** Seconds after which a value of this class is stale. */
  stale_after_s?: number;
  note?: string;
}

export type Truth = 'met' | 'undetermined' | 'not_met';

/** One row of a plan, with what it was judged on. */
export interface CriterionView {
  result: Truth;
  clause: string;
  text: string;
  value: FigureValue;
  missing: string[];
  level: number;
  /** Its source tells it from a like figure elsewhere on the board: always shown. */
  apart?: boolean;
  /** False for rows of a milder level and of plans above: shown, not counted. */
  counted: boolean;
  cells: CellTrace[];
  table?: string;
}

/** One operand of a row: what was compared with what. */
export interface CellTrace {
  label: string;
  condition: string;
  value: string;
  result: Truth;
  source?: string;
  observed_at?: string;
}

/** A clock of the field: who must do what by when. */
export interface ClockView {
  label: string;
  started_at?: string;
  due_at?: string;
  met_at?: string;
  paused_reason?: string;
  /** Last word heard from a body that is cut off. */
  cut_since?: string;
}

/** The six places of an order; `mark` says whether a person or a machine filled it. */
export interface LadderStep {
  step: 'issued' | 'delivered' | 'read' | 'accepted' | 'done' | 'verified';
  mark: 'empty' | 'person' | 'machine' | 'due';
  by?: string;
  at?: string;
  /** Other answers than acceptance: declined, unable, withdrawn. */
  word?: string;
}

export type WarningColour = 'blue' | 'yellow' | 'orange' | 'red';

export type CallState =
  | 'queued'
  | 'dialling'
  | 'delivered'
  | 'heard'
  | 'understood'
  | 'acted'
  | 'silent'
  | 'refused'
  | 'wrong_person'
  | 'cut'
  | 'expired';

/** One post on the call board. */
export interface CallView {
  id: string;
  name: string;
  person?: string;
  phone?: string;
  state: CallState;
  /** The state as it is called everywhere. */
  word: string;
  /** Undefined where nobody counted. */
  tries?: number;
  since?: string;
  deputy?: { name: string; phone?: string };
  by?: string;
}

/** What an act says of itself before it is pressed. */
export interface ActView {
  verb: string;
  label: string;
  allowed: boolean;
  reason?: string;
}
