// Shapes of the relief plan: needs, what is brought by which way, what a new plan changes.
import type { ApiFigure, Entity, Named, Time } from './api-types.ts';

export interface Load {
  item: string;
  packs: number;
  need?: string;
}

export interface Stop {
  place: string;
  name: Named;
  /** Seconds from the plan's start, or a time. */
  arrive: Time | number;
  depart: Time | number;
  load: Load[];
  unload: Load[];
}

/** Why a need is as large as it is: a norm's row worked out, or what people asked for. */
export type NeedWhy =
  | {
      kind: 'norm'; row: string; clause: string; label: Named; title: Named; mark: string | null; amount: string; unit: string;
      per: string; shared_by: number; days: number | null; pack: string; people: number; packs: number;
      /** Where an office counted: its count, and how many of them are supplied in villages that are cut off. */
      counted?: number; in_villages?: number;
    }
  | {
      kind: 'need'; ref: string; asked: number | null; by_norm: number; packs: number;
      by: Named | null; observed_at: Time | null; entered_at: Time | null;
    };

/** A need that somebody entered; `reason`: why it is not planned for. */
export interface AskedNeed {
  ref: string;
  place: string;
  name: Named;
  commodity: string;
  group: string;
  people: number | null;
  state: string | null;
  asked: number | null;
  by_norm: number;
  packs: number;
  reason: string | null;
  by: Named | null;
  observed_at: Time | null;
  entered_at: Time | null;
}

/** What a place needs of a commodity, by norm or because people asked. */
export interface Need {
  /** Its id in the plan's problem. */
  id?: string;
  place: string;
  name: Named;
  group: string;
  commodity: string;
  people: number | null;
  packs: number;
  /** Row of the norm's table; null where people asked. */
  row: string | null;
  why?: NeedWhy | null;
  /** Why the place is supplied, who said so and when, and where the figure of its people is from. */
  of?: {
    code: 'cut_off' | 'counted'; ref: string; observed_at: Time | null; people: ApiFigure;
    /** Whether the people of the group are an estimate. */
    estimated: boolean;
  } | null;
}

export interface Relief {
  plan: string;
  state: string;
  checked: {
    accepted: boolean;
    violations: { code: string; where?: string }[];
    metrics?: Record<string, unknown>;
  };
  lowest_share_ppm: number | null;
  lowest_place?: Named | null;
  lowest: {
    place: string;
    name: Named;
    share_ppm: number;
    commodity?: string;
    group?: string;
    why: { code: string; [more: string]: unknown } | null;
  }[];
  routes: { vehicle: string; name: Named; way: string; profile?: string; stops: Stop[] }[];
  unserved: {
    place: string;
    name: Named;
    commodity: string;
    packs: number;
    /** The need that is left out of the plan altogether. */
    need?: string;
    reason: { code: string } | null;
  }[];
  orders: number;
  starts_at: Time | null;
  /** The plan as an entity, with what may be done with it by whom. */
  entity?: Entity;
  elapsed_ms?: number;
}

/** What an order brings: packs, and when service starts, seconds from the plan's start. */
export interface Brings {
  packs: number;
  start_s: number;
}

export interface Replan {
  plan: string;
  previous: string;
  kept: number;
  changed: number;
  forced: number;
  gone: number;
  gains: { place: string; name: Named; packs: number; need?: string }[];
  losses: { place: string; name: Named; packs: number; need?: string }[];
  /** Routes of the new plan. */
  routes?: Relief['routes'];
  starts_at?: Time | null;
  changes: {
    order: string;
    name?: Named;
    vehicle?: Named;
    from: Brings | null;
    to: Brings | null;
    forced: boolean;
    cause?: unknown;
  }[];
  checked: Relief['checked'];
}
