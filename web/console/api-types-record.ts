// Shapes of the record's answers: ops, verification, disputes.
import type { Named, Time } from './api-types.ts';
import type { Bilingual } from './words/index.svelte.ts';

export interface OpRow {
  id: string;
  log: string;
  seq: number;
  kind: string;
  entity: string;
  verb: string;
  account: string | null;
  person: Named | null;
  place: string | null;
  place_name: Named | null;
  happened_at: Time | null;
  observed_at: Time | null;
  entered_at: Time | null;
  received_at: Time | null;
  /** Who heard it, where it was told by telephone. */
  heard_by?: Named | null;
  /** Stamped over 15 minutes ahead of this node's clock. */
  clock_ahead?: boolean;
  state: string;
  reason: string | null;
  title: Bilingual | null;
}

export interface OpDetail extends OpRow {
  header: Record<string, unknown>;
  header_hex: string;
  body: Record<string, unknown> | null;
  body_hex: string | null;
  signature_hex: string;
  signature_good: boolean;
  author_key: string;
  seen: string[];
  replaced_by: string[];
}

export interface Verified {
  good: boolean;
  ops: number;
  logs: number;
  first_bad: { log: string; seq: number; id: string; why: string } | null;
  heads: string;
  views: string;
  checkpoint: { at: Time; op: string } | null;
  elapsed_ms: number;
}

/** A log that one key wrote in two places. */
export interface Forked {
  log: string;
  author: string;
  from_seq: number;
  place_name: Bilingual;
}

export interface DisputeSide {
  value: unknown;
  op: string;
  by: Named | null;
  place: string | null;
  observed_at: Time | null;
  received_at: Time | null;
  reason?: string;
  seen_each_other?: boolean;
}

export interface Dispute {
  ref: string;
  kind: string;
  name: Named | null;
  field: string;
  kind_name?: Named;
  field_name?: Named;
  holds: DisputeSide;
  aside: DisputeSide[];
  may_settle: boolean;
}
