// Who sits here, at which node, in which exercise; language and look; the descriptions of all
// entities, from which forms and labels are made.
import { askAgain } from '../kit/again.svelte.ts';
import { setNodeTime } from '../kit/clock.svelte.ts';
import type { Choice } from '../kit/form.ts';
import { locale, setMode, type Lang, type Mode } from '../kit/locale.svelte.ts';
import { api, Problem, whenOld, type Exercise, type Kind, type Named, type Session } from './api.ts';
import { both, pick, t, useLanguage } from './words/index.svelte.ts';

interface State {
  session: Session | undefined;
  kinds: Record<string, Kind>;
  exercise: Exercise | undefined;
}

export const here = $state<State>({
  session: undefined,
  kinds: {},
  exercise: undefined,
});

export function takeSession(s: Session): void {
  here.session = s;
  const ms = Date.parse(s.clock.now);
  if (!Number.isNaN(ms)) setNodeTime(ms, s.clock.rate);
}

/** Reads session, kinds and exercise; the first is enough to show a page. */
export async function loadSession(): Promise<void> {
  takeSession(await api.session());
  if (here.session?.signed_in) await loadMore();
}

export async function loadMore(): Promise<void> {
  const [kinds, exercise] = await Promise.allSettled([
    api.kinds(),
    here.session?.node.exercise ? api.exercise() : Promise.resolve(undefined),
  ]);
  if (kinds.status === 'fulfilled') {
    here.kinds = Object.fromEntries(kinds.value.kinds.map((k) => [k.kind, k]));
  }
  if (exercise.status === 'fulfilled') here.exercise = exercise.value;
}

/** Name of a kind, field, state, verb or code, in the language that holds now. */
export const label = {
  kind: (kind: string): string => pick(here.kinds[kind]?.name) || kind,
  state: (kind: string, name: string | null): string => {
    const found = here.kinds[kind]?.states.find((s) => s.name === name);
    return found ? pick(found) : (name ?? '');
  },
  verb: (kind: string, name: string): string => {
    const found = here.kinds[kind]?.verbs.find((v) => v.name === name);
    return found ? pick(found) : name;
  },
  field: (kind: string, name: string): string => {
    const found = here.kinds[kind]?.fields.find((f) => f.name === name);
    return found ? pick(found) : name;
  },
  code: (kind: string, field: string, code: unknown): string => {
    if (code === null || code === undefined || code === '') return '';
    const found = here.kinds[kind]?.fields.find((f) => f.name === field)?.codes?.[String(code)];
    return pick(found ?? here.kinds[kind]?.codes?.[`${field}.${String(code)}`]) || String(code);
  },
  refusal: (kind: string, code: string): string =>
    pick(here.kinds[kind]?.refusals?.[code]) || (t().refusal[code] ?? code),
};

/** Who signs, as words: person and post. */
export function signer(): string {
  const s = here.session;
  return [pick(s?.person), pick(s?.post)].filter(Boolean).join(' · ');
}

/** Accounts as choices: found by post, person, place in either language, and by the account. */
export function accountChoices(accounts: Session['accounts']): Choice[] {
  return (accounts ?? []).map((a) => ({
    code: a.account,
    label: [pick(a.post), pick(a.person)].filter(Boolean).join(' · '),
    hint: pick(a.place_name),
    words: [a.account, both(a.post), both(a.person), both(a.place_name)].join(' '),
  }));
}

/** Post and person of an account where this node tells them; else the account's own name. */
export function accountName(account: string): string {
  const found = here.session?.accounts?.find((a) => a.account === account);
  return found ? [pick(found.post), pick(found.person)].filter(Boolean).join(' ') : account;
}

/** A person who signed, in both languages where this node's exercise accounts tell them. */
export function whoNamed(by: Named): Named {
  const found = here.session?.accounts?.find((a) => pickZh(a.person) === pickZh(by));
  return found?.person ?? by;
}

const pickZh = (by: Named): string => (typeof by === 'string' ? by : by.zh);

/** A person who signed, as this node's exercise accounts tell the name in the other language. */
export function whoWords(by: Named | null | undefined): string {
  const told = pick(by);
  if (locale.lang === 'zh' || told === '') return told;
  const found = here.session?.accounts?.find((a) => typeof a.person !== 'string' && a.person.zh === told);
  return found ? pick(found.person) : told;
}

/** Whether the post that is signed in has the right for an act; where and about what is asked when it
is done. */
export function mayAct(grant: string | undefined): boolean {
  const acts = here.session?.acts ?? [];
  return grant !== undefined && (acts.includes(grant) || acts.includes('*'));
}

/** Whether the post may make a thing of a kind by a verb. */
export function mayMake(kind: string, verb: string): boolean {
  const edges = here.kinds[kind]?.edges;
  // A node that tells no edges leaves the question to itself.
  return edges === undefined || edges.some((e) => e.from === null && e.verb === verb && mayAct(e.grant));
}

/** Post of an account, where this node tells it. */
export function postName(account: string): string {
  return pick(here.session?.accounts?.find((a) => a.account === account)?.post);
}

/** The password for an approval, asked in place until it is right or the act is taken back. */
async function signInAgain(): Promise<boolean> {
  let wrong = '';
  for (;;) {
    const account = here.session?.account;
    const password = await askAgain(wrong);
    if (!account || password === undefined) return false;
    try {
      takeSession(await api.signIn(account, password));
      return true;
    } catch (e) {
      wrong = e instanceof Problem ? `${pick(e.title)} ${pick(e.detail)}`.trim() : t().error.server;
    }
  }
}
whenOld(signInAgain);

/** Language and look from what was chosen here before, else from the browser. */
export function startLook(): void {
  const lang = localStorage.getItem('anlan.lang');
  const english = navigator.language.toLowerCase().startsWith('en');
  useLanguage(lang === 'en' || (lang === null && english) ? 'en' : 'zh');
  const mode = localStorage.getItem('anlan.mode');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  setMode(mode === 'dark' || (mode === null && dark) ? 'dark' : 'light');
}

export function chooseLanguage(lang: Lang): void {
  localStorage.setItem('anlan.lang', lang);
  useLanguage(lang);
}

export function chooseMode(mode: Mode): void {
  localStorage.setItem('anlan.mode', mode);
  setMode(mode);
}
