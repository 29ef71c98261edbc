// Data of a board that stays true: read once, read again when the node says that something of its
// kinds changed, at most four times a second; what was last known stays on screen meanwhile.
import { onDestroy } from 'svelte';
import { setNodeTime } from '../kit/clock.svelte.ts';
import { Problem, stream } from './api.ts';
import { pick, t } from './words/index.svelte.ts';

export interface ShownProblem {
  title: string;
  detail?: string;
  todo?: string;
  code: string;
  /** Name of the field or part that it is about. */
  field?: string;
}

/** Told to the page when the node no longer knows the session. */
export const SIGNED_OUT = 'anlan-signed-out';

/** An error in words: what, why, what to do. */
export function worded(e: unknown): ShownProblem {
  const w = t().error;
  if (!(e instanceof Problem)) return { title: w.server, code: 'unknown' };
  if (e.code === 'network') return { title: w.network, todo: w.network_do, code: e.code };
  if (e.code === 'unreadable') return { title: w.unreadable, code: e.code };
  if (e.status === 401) {
    dispatchEvent(new Event(SIGNED_OUT));
    return { title: pick(e.title) || w.signed_out, todo: w.signed_out_do, code: e.code };
  }
  const title = pick(e.title) || (e.status === 404 ? w.not_found : w.server);
  const field = e.details.field ?? e.details.part;
  return { title, detail: pick(e.detail) || undefined, code: e.code, field };
}

export const link = $state({ up: false, downSince: 0 });

type Listener = (kind: string, id: string) => void;
const listeners = new Set<Listener>();

/** Opens the stream; returns what closes it. */
export function listen(): () => void {
  return stream({
    change: (c) => {
      for (const l of listeners) l(c.kind, c.id);
    },
    clock: (now, rate) => {
      const ms = Date.parse(now);
      if (!Number.isNaN(ms)) setNodeTime(ms, rate);
    },
    up: (up) => {
      if (up && !link.up && link.downSince > 0) for (const l of listeners) l('*', '');
      if (!up && link.up) link.downSince = Date.now();
      if (!up && link.downSince === 0) link.downSince = Date.now();
      if (up) link.downSince = 0;
      link.up = up;
    },
  });
}

/** Calls `run` when one of the kinds changes, at most once in `everyMs`; `*` alone means any. */
export function onChange(kinds: string[], run: () => void, everyMs = 250): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const listener: Listener = (kind) => {
    if (kind !== '*' && !kinds.includes('*') && !kinds.includes(kind)) return;
    if (timer) return;
    const wait = Math.max(30, everyMs - (Date.now() - last));
    timer = setTimeout(() => {
      timer = undefined;
      last = Date.now();
      run();
    }, wait);
  };
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    clearTimeout(timer);
  };
}

export interface Resource<T> {
  readonly data: T | undefined;
  readonly loading: boolean;
  readonly problem: ShownProblem | null;
  again: () => Promise<void>;
  /** Takes a value that is known here already; undefined makes it unread again. */
  set: (value: T | undefined) => void;
}

/** A live answer of the node. Must be made while a component is being set up. */
export function resource<T>(
  read: () => Promise<T>,
  kinds: string[],
  everyMs = 250,
): Resource<T> {
  let data = $state.raw<T | undefined>(undefined);
  let loading = $state(true);
  let problem = $state<ShownProblem | null>(null);
  let turn = 0;
  let last = '';
  let gone = false;
  let latest = Promise.resolve();
  /** Reads anew; done when the newest reading is in, so that who waits sees what is there then. */
  function again(): Promise<void> {
    latest = once();
    return latest;
  }
  async function once(): Promise<void> {
    turn += 1;
    const mine = turn;
    if (data === undefined) loading = true;
    try {
      const value = await read();
      if (gone) return;
      if (mine !== turn) return await latest;
      // An answer that says the same draws nothing anew.
      const said = JSON.stringify(value);
      if (said !== last || data === undefined) data = value;
      last = said;
      problem = null;
    } catch (e) {
      if (gone) return;
      if (mine !== turn) return await latest;
      problem = worded(e);
    }
    loading = false;
  }
  const off = onChange(kinds, () => void again(), everyMs);
  onDestroy(() => {
    gone = true;
    off();
  });
  void again();
  return {
    get data() {
      return data;
    },
    get loading() {
      return loading;
    },
    get problem() {
      return problem;
    },
    again,
    set: (value) => {
      data = value;
      if (value === undefined) loading = true;
    },
  };
}
