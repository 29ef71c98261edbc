// Shapes of the node's answers, as docs/api-shapes.md has them; JSON in snake_case, times in UTC.
import type { Bilingual } from './words/index.svelte.ts';

export type * from './api-types-record.ts';
export type * from './api-types-relief.ts';

export type Time = string;
/** A name for people: in both languages, or as it was entered. */
export type Named = Bilingual | string;
export type Position = [number, number];

export interface ApiFigure {
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  status: 'known' | 'estimated' | 'unknown' | 'disputed' | 'withheld' | 'derived';
  source: {
    kind: string;
    ref: string | null;
    name: Bilingual | null;
    op: string | null;
    by: Named | null;
  } | null;
  observed_at: Time | null;
  received_at: Time | null;
  age_limit_s: number | null;
  /** What the parts of the place say beside it; never added. */
  beside?: {
    sum: number; complete: boolean; oldest_at: Time | null; newest_at: Time | null;
    parts: { place: string; name: Bilingual; value: number | null; observed_at: Time | null; ref: string | null }[];
  };
}

export interface ApiField {
  status: 'set' | 'undetermined' | 'none' | 'withheld';
  value: unknown;
  winners?: string[];
  aside?: {
    op: string;
    value: unknown;
    reason: string;
    by?: Named | null;
    place?: string | null;
    observed_at?: Time | null;
    received_at?: Time | null;
  }[];
  by?: Named | null;
  post?: string | null;
  place?: string | null;
  happened_at?: Time | null;
  observed_at?: Time | null;
  entered_at?: Time | null;
  received_at?: Time | null;
}

export interface ApiAct {
  verb: string;
  to?: string | null;
  allowed: boolean;
  refusal?: string | null;
  who?: string[];
}

export interface Entity {
  kind: string;
  id: string;
  ref: string;
  name: Named | null;
  state: string | null;
  fields: Record<string, ApiField>;
  heads?: string[];
  disputes?: number;
  acts?: ApiAct[];
  created_at?: Time | null;
  changed_at?: Time | null;
}

export interface Session {
  signed_in: boolean;
  /** Why nothing can be written here; null where it can. */
  read_only?: string | null;
  /** Whether an exercise account needs no password from where this page is open. */
  one_click?: boolean;
  /** Nobody has an account here yet, and a set-up code waits. */
  setup?: boolean;
  account: string | null;
  post: Bilingual | null;
  person: Named | null;
  place: string | null;
  place_name: Named | null;
  /** The organisation of the own post, as a reference; absent or null where none is known. */
  organisation?: string | null;
  rank?: number | null;
  acts?: string[];
  node: {
    place: string;
    place_name: Named;
    exercise: boolean;
    seed: number | null;
    scenario: Bilingual | null;
    version: string;
  };
  clock: { now: Time; rate: number };
  /** When this serving of the node began: another one may serve another world. */
  since?: Time;
  accounts?: { account: string; post: Bilingual; person: Named; place_name: Named }[];
}

export interface KeptAccounts {
  items: {
    account: string;
    post: string;
    title: Bilingual;
    person: Named;
    place: string;
    place_name: Named;
    closed_at: Time | null;
    own: boolean;
  }[];
  posts: { post: string; zh: string; en: string; rank: number }[];
}

export interface KindField {
  name: string;
  number?: number;
  shape: { type: string; [more: string]: unknown };
  zh: string;
  en: string;
  codes?: Record<string, Bilingual>;
}

export interface Kind {
  kind: string;
  context?: string;
  name: Bilingual;
  states: { name: string; zh: string; en: string }[];
  verbs: { name: string; zh: string; en: string; needs?: string[]; may?: string[] }[];
  edges?: { from: string | null; verb: string; to: string; grant?: string; source?: string }[];
  fields: KindField[];
  refusals?: Record<string, Bilingual>;
  /** Words of the parts of records, and of codes as `part.code`. */
  parts?: Record<string, Bilingual>;
  codes?: Record<string, Bilingual>;
}

export interface Page<T> {
  items: T[];
  next: string | null;
  total: number;
}

export interface KeyedFigure {
  key: string;
  figure: ApiFigure;
}

export interface Impact {
  event: string;
  footprint: Position[][][] | null;
  dataset_as_of: Time | null;
  people: ApiFigure;
  groups: KeyedFigure[];
  buildings: ApiFigure;
  structures?: KeyedFigure[];
  sites: (KeyedFigure & { list?: { ref: string; name: Named; position: Position }[] })[];
  enterprises?: ApiFigure;
  enterprise_rows?: { ref: string; name: Named; position: Position; hazchem?: boolean }[];
  open_major_dangers?: ApiFigure;
  /** The footprint lies outside what this node's layers cover. */
  outside?: boolean | null;
  /** Dangers there that nobody has judged: while there are any, how many are major is not known. */
  unjudged_dangers?: number | null;
  road_m: ApiFigure;
  bridges: ApiFigure;
  villages: ApiFigure;
  cut_off: {
    figure: ApiFigure;
    list: CutOff[];
    /** Townships without road, network or power; none of them is a village. */
    townships: { figure: ApiFigure; list: CutOff[] };
  };
  casualties: { dead: ApiFigure; missing: ApiFigure; dead_missing: ApiFigure };
  moved: ApiFigure;
  warning: { level: string | number; hazard: string; townships: number | null; ref: string } | null;
  elapsed_ms: number;
}

export interface CutOff {
  place: string;
  name: Named;
  pinyin?: string;
  since?: Time | null;
  road: string;
  network: string;
  power: string;
}

export interface LevelRow {
  level: number;
  clause: string;
  text: Bilingual;
  truth: 'met' | 'not_met' | 'undetermined';
  counted: boolean;
  cells: {
    input: string;
    name: Bilingual;
    condition: string;
    unit: string | null;
    figure: ApiFigure;
    truth: 'met' | 'not_met' | 'undetermined';
  }[];
  missing: (string | Bilingual)[];
  source?: string | { instrument: string; clause: string };
}

export interface Proposal {
  table: string;
  version: string;
  hash: string;
  name: Bilingual;
  place: string;
  place_name: Bilingual;
  level: number | null;
  met: number;
  not_met: number;
  undetermined: number;
  if_undetermined: number | null;
  rows: LevelRow[];
}

export interface Approver {
  account: string;
  /** Reference of the post, for an approval given by telephone. */
  ref?: string;
  person: Named;
  post: Bilingual;
  phone: string | null;
}

export interface Level {
  response: string | null;
  hazard: string;
  place: string;
  /** The response as it stands; `level` is null until one is decided. */
  in_force: {
    level: number | null; state: string; by: Named | null; at: Time | null;
    /** Who heard it, where it was decided by telephone. */
    heard_by?: Named | null;
    /** The event that it was started for, which may be another one. */
    event?: string | null;
    event_name?: Named | null;
    /** When it was approved, and why, where it was not the proposal. */
    approved_at?: Time | null;
    basis?: string | null;
    /** The level that was put forward and waits for its decision. */
    proposed?: number | null;
    /** What the response rests on as it was read: whoever decides says that they saw it. */
    heads?: string[];
    of_this_event?: boolean | null;
  } | null;
  proposal: Proposal | null;
  above: Proposal[];
  /** Levels in force for the hazard at units above this node, the nearest first. */
  in_force_above?: { place: string; name: Named; level: number }[];
  consequences: { tasks: number; bodies: number; calls: number };
  /** The same for each level, 1 first. */
  consequences_by_level?: { tasks: number; bodies: number; calls: number }[];
  may_approve: boolean;
  /** The event's footprint lies outside what this node knows. */
  outside?: boolean;
  /** Whether the post may enter what one of the approvers decided by telephone. */
  may_enter_heard?: boolean;
  approvers: Approver[];
}

export interface ApiCall {
  ref: string;
  post: Bilingual;
  person: Named | null;
  place: string;
  place_name: Named;
  phone: string | null;
  state: string;
  tries: number | null;
  since: Time | null;
  deadline_at?: Time | null;
  late?: boolean;
  read_out?: unknown;
  deputy: { person: Named; phone: string | null } | null;
  /** The organisation of the post. */
  body?: { ref: string; name: Named; sort: string | null } | null;
  /** What it is for; `level` is that of the response that holds for the event. */
  about?: { event: string; name: Named; hazard: string; level: number | null } | null;
  acts?: ApiAct[];
}

export interface Calls {
  total: number;
  acknowledged: number;
  acted: number;
  silent: number;
  cut: number;
  /** Calls whose time to be answered has passed, called or not. */
  late?: number;
  cells: ApiCall[];
}

export interface ApiTask extends Entity {
  department: Named | null;
  clause: string | null;
  deadline: Time | null;
  ladder: { step: string; at: Time | null; by: Named | null }[];
  title?: Named;
  addressee?: { ref: string | null; post: Named; person: Named };
  late: boolean;
}

export interface Tasks {
  total: number;
  open: number;
  late: number;
  done: number;
  verified: number;
  items: ApiTask[];
}

export interface Force {
  ref: string;
  name: Named;
  kind: string;
  capability: string[];
  people: number | null;
  boats: number | null;
  way: 'road' | 'water' | 'air' | 'foot' | null;
  eta_s: number | null;
  eta_doubtful_s: number | null;
  route_m: number | null;
  route?: Position[];
  readiness: string | null;
  /** The task it took; null: it took none. */
  engaged: string | null;
  commanded_here: boolean;
  request_to: { ref?: string; account?: string; name: Named; phone?: string | null } | null;
  /** Post that leads it. */
  leader?: string | null;
  may_order?: boolean;
  limits: { code: string; [more: string]: unknown }[];
}

/** A unit of the division table. */
export interface Unit {
  place: string;
  name: string;
  pinyin: string;
  parent: string | null;
  level: number;
  centre?: Position;
  /** Of its own row in the layer of settlements; null where none is known. */
  people?: { low: number; mid: number; high: number } | null;
}

/** A road of the layer in force, as one reports about it. */
export interface Road {
  ref: string;
  number: string | null;
  name: Named | null;
  class: number | null;
  structure: number | null;
  length_m: number | null;
  place: string | null;
  place_name: Named | null;
  /** From the spot that was asked about; null where none was. */
  distance_m: number | null;
  middle: Position | null;
}

/** A post that can be reached. */
export interface Contact {
  ref: string;
  post: Named;
  place: string;
  place_name: Named;
  person: Named | null;
  person_withheld: boolean;
  phone: string | null;
}

export interface Area {
  place: string;
  name: Named;
  bounds: [number, number, number, number];
  townships: { place: string; name: Named; pinyin?: string; centre: Position }[];
  villages: number;
  layers: {
    layer: string;
    hash: string;
    rows: number;
    as_of: Time | null;
    source: Named | null;
  }[];
}

export interface Mine {
  calls: ApiCall[];
  tasks: ApiTask[];
  orders: Entity[];
  events?: Entity[];
  reports_due?: { event: string; name: Named; stage: string; due_at: Time | null }[];
}

export interface ReportInHand {
  number: number;
  stage: string;
  title?: string;
  addressee?: string | null;
  previous?: string | null;
  clock?: string | null;
  reports?: { ref: string; sequence: number; signed_at: Time | null; late?: boolean }[];
  due_at: Time | null;
  fields: Record<string, { value: unknown; filled_by: 'system' | 'person' | null }>;
}

/** What the criteria say of a danger, and what still matters. */
/** One question of a table of criteria. */
export interface Question {
  input: string;
  label: Bilingual;
  kind: unknown;
  unit: string | null;
  values: string[];
  labels?: Record<string, Bilingual>;
}

export interface Judged {
  danger: string;
  /** What the danger rests on as it was judged. */
  heads: string[];
  /** Null where nobody knows the sector, or no criteria of it are loaded. */
  table: { id?: string; version?: string; title?: Bilingual } | null;
  sector: string | null;
  /** Every sector that can be named, and whether criteria of it are loaded. */
  sectors?: { code: string; criteria: boolean }[];
  judgement: { grade: string; clause?: string; criterion?: string; missing?: string[] };
  settled: boolean;
  /** The few to ask next. */
  ask: Question[];
  /** How many can still change the result. */
  open?: number;
  /** What the enterprise's data say, so that nobody is asked. */
  known?: { input: string; label: Bilingual; value: unknown; as_of: Time | null }[];
  rows: { row: string; text: Bilingual; clause: string }[];
  ops: unknown[];
}

export interface Exercise {
  seed: number;
  size: string;
  name: Bilingual;
  clock: { now: Time; rate: number };
  steps: { key: string; title?: Bilingual; press: string; done: boolean }[];
}

export interface Submitted {
  ref: string;
  ops: { id: string; kind: string; entity: string; log: string; seq: number }[];
  replayed: boolean;
}
