// Every call to the node stands in this one file. Nothing is fetched anywhere else, and nothing from
// another host.
import type {
  Time, Entity, Session, Kind, Page, OpRow, OpDetail, Verified, Dispute, Forked, Impact, Judged, Level, Calls, Tasks, Force, Relief, Replan, Need, AskedNeed, Area, Contact, Mine, Road, ReportInHand, Unit, Exercise, Submitted, KeptAccounts,
} from './api-types.ts';
import type { Bilingual } from './words/index.svelte.ts';

export type * from './api-types.ts';

const BASE = '/api/v1';

/** An error as the node words it, in both languages. */
export class Problem extends Error {
  status: number;
  title: Bilingual | string;
  detail: Bilingual | string;
  code: string;
  /** What the refusal is about, by name. */
  details: Record<string, string>;

  constructor(
    status: number, title: Bilingual | string, detail: Bilingual | string, code: string,
    details: Record<string, string> = {},
  ) {
    super(typeof title === 'string' ? title : title.en);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.code = code;
    this.details = details;
  }
}

/** Asks for the password and renews the session with it; false where nobody gave it. */
let renew: (() => Promise<boolean>) | undefined;

export function whenOld(ask: () => Promise<boolean>): void {
  renew = ask;
}

/** One call; where the session is too old for it, again under the same key once it is renewed. */
async function call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  try {
    return await send<T>(method, path, body, key);
  } catch (e) {
    const old = e instanceof Problem && e.code === 'needs-reauth';
    if (!old || !renew || !(await renew())) throw e;
    return send<T>(method, path, body, key);
  }
}

async function send<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  let answer: Response;
  const raw = body instanceof Blob;
  try {
    answer = await fetch(`${BASE}${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new Problem(0, '', '', 'network');
  }
  const text = await answer.text();
  let json: unknown;
  try {
    json = text === '' ? null : JSON.parse(text);
  } catch {
    throw new Problem(answer.status, '', '', 'unreadable');
  }
  if (!answer.ok) {
    const p = (json ?? {}) as {
      title?: Bilingual; detail?: Bilingual; code?: string; details?: Record<string, string>;
    };
    throw new Problem(answer.status, p.title ?? '', p.detail ?? '', p.code ?? 'server', p.details);
  }
  return json as T;
}

const get = <T>(path: string): Promise<T> => call<T>('GET', path);

/** A fresh key for one act: pressing twice, or again after a lost answer, is one act. */
export function actKey(): string {
  return crypto.randomUUID();
}

/** "task:9f…" -> its id; a bare id stays. */
export function idOf(ref: string): string {
  return ref.slice(ref.indexOf(':') + 1);
}

function query(params: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(params).filter(([, v]) => v !== undefined && v !== '');
  if (pairs.length === 0) return '';
  return `?${new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString()}`;
}

/** As many things as a table or a picker holds. */
const MOST = 2000;

type Params = Record<string, string | number | undefined>;
const event = (id: string, step: string): string => `/event/${encodeURIComponent(id)}/${step}`;

export const api = {
  session: () => get<Session>('/session'),
  signIn: (account: string, password?: string) =>
    call<Session>('POST', '/session', password ? { account, password } : { account }, actKey()),
  setUp: (first: { code: string; account: string; person: string; password: string }) =>
    call<Session>('POST', '/setup', first, actKey()),
  accounts: () => get<KeptAccounts>('/accounts'),
  addAccount: (
    asked: { account: string; post: string; person: string; password: string; place?: string },
    key: string,
  ) => call<unknown>('POST', '/accounts', asked, key),
  closeAccount: (account: string, note: string, key: string) =>
    call<unknown>('POST', `/accounts/${encodeURIComponent(account)}/close`, { note }, key),
  changePassword: (old: string, next: string) =>
    call<unknown>('POST', '/accounts/password', { old, new: next }, actKey()),
  signOut: () => call<unknown>('DELETE', '/session', undefined, actKey()),
  kinds: () => get<{ kinds: Kind[] }>('/kinds'),
  list: (kind: string, params: Params = {}) => get<Page<Entity>>(`/${kind}${query(params)}`),
  /** All things of a kind, page by page, up to what a table can hold. */
  all: async (kind: string, params: Params = {}): Promise<Page<Entity>> => {
    const items: Entity[] = [];
    let cursor: string | null = null;
    let total = 0;
    do {
      const page: Page<Entity> = await get(`/${kind}${query({ ...params, limit: 200, cursor: cursor ?? undefined })}`);
      items.push(...page.items);
      ({ next: cursor, total } = page);
    } while (cursor && items.length < MOST);
    return { items, next: cursor, total: Math.max(total, items.length) };
  },
  entity: (kind: string, id: string) => get<Entity>(`/${kind}/${encodeURIComponent(id)}`),
  history: (kind: string, id: string) =>
    get<{ ops: OpRow[] }>(`/${kind}/${encodeURIComponent(id)}/why`),
  command: (
    entity: string,
    id: string | undefined,
    verb: string,
    args: Record<string, unknown>,
    key: string,
    seen?: string[],
  ) =>
    call<Submitted>(
      'POST',
      '/commands',
      { entity, ...(id ? { id } : {}), verb, args, ...(seen ? { seen } : {}) },
      key,
    ),
  judge: (id: string, body: Record<string, unknown>, key: string) =>
    call<Judged>('POST', `/danger/${encodeURIComponent(id)}/judge`, body, key),
  upload: (file: Blob) => call<{ hash: string }>('POST', '/blobs', file, actKey()),
  ops: (params: Params) => get<Page<OpRow>>(`/ops${query(params)}`),
  op: (id: string) => get<OpDetail>(`/ops/${id}`),
  verify: () => get<Verified>('/verify'),
  forked: () => get<{ items: Forked[] }>('/logs/forked'),
  disputes: () => get<{ items: Dispute[] }>('/disputes'),
  impact: (id: string) => get<Impact>(event(id, 'impact')),
  level: (id: string) => get<Level>(event(id, 'level')),
  approve: (id: string, body: Record<string, unknown>, key: string) =>
    call<{ response: string; tasks: string[]; calls: string[] }>(
      'POST',
      event(id, 'approve'),
      body,
      key,
    ),
  propose: (id: string, key: string) =>
    call<{ response: string; ops: string[] }>('POST', event(id, 'propose'), {}, key),
  calls: (id: string) => get<Calls>(event(id, 'calls')),
  tasks: (id: string) => get<Tasks>(event(id, 'tasks')),
  forces: (id: string) => get<{ items: Force[] }>(event(id, 'forces')),
  needs: (id: string) => get<{ lines: Need[]; asked?: AskedNeed[] }>(event(id, 'needs')),
  relief: (id: string) => get<Relief | null>(event(id, 'relief')),
  draftRelief: (id: string, key: string) => call<Relief>('POST', event(id, 'relief'), {}, key),
  issueRelief: (id: string, plan: string, key: string) =>
    call<{ plan: string; orders: string[] }>('POST', event(id, 'relief/issue'), { plan }, key),
  replan: (id: string, key: string) => call<Replan>('POST', event(id, 'replan'), {}, key),
  replanShown: (id: string) =>
    get<{ fresh: boolean; draft: Replan | null } | null>(event(id, 'replan')),
  map: (id: string) =>
    get<Record<string, GeoJSON.FeatureCollection>>(event(id, 'map')),
  report: (id: string) => get<ReportInHand>(event(id, 'report')),
  signReport: (id: string, body: Record<string, unknown>, key: string) =>
    call<{ ref: string; number: number; stage: string }>('POST', event(id, 'report/sign'), body, key),
  places: () => get<{ items: Unit[] }>('/area/places'),
  roads: (where: Params) => get<{ items: Road[]; total: number }>(`/area/roads${query(where)}`),
  contacts: () => get<{ items: Contact[] }>('/contacts'),
  area: () => get<Area>('/area'),
  mine: () => get<Mine>('/mine'),
  exercise: () => get<Exercise>('/exercise'),
  exerciseClock: (rate: number) => call<unknown>('POST', '/exercise/clock', { rate }, actKey()),
  exerciseRestart: () => call<unknown>('POST', '/exercise/restart', {}, actKey()),
};

/** Where the map's tiles are; a template that the map fills. */
export function tileUrl(): string {
  return `${location.origin}${BASE}/tiles/{z}/{x}/{y}.mvt`;
}

export interface StreamHandlers {
  change: (change: { kind: string; id: string; op?: string }) => void;
  clock: (now: Time, rate: number) => void;
  up: (up: boolean) => void;
}

/** Listens to what changes at the node; the browser resumes by itself after a cut. */
export function stream(h: StreamHandlers): () => void {
  const source = new EventSource(`${BASE}/stream`);
  source.onopen = () => h.up(true);
  source.onerror = () => h.up(false);
  const read = <T>(e: Event, use: (v: T) => void): void => {
    try {
      use(JSON.parse((e as MessageEvent<string>).data) as T);
    } catch {
      // A line that is no JSON says nothing; the next one will.
    }
  };
  source.addEventListener('change', (e) => read(e, h.change));
  source.addEventListener('clock', (e) =>
    read<{ now: Time; rate: number }>(e, (v) => h.clock(v.now, v.rate)),
  );
  return () => source.close();
}
