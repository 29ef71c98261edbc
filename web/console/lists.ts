// Lists of the event board as tables that can be filtered, sorted and saved: the same words as on
// the panels, with the source and time of each row.
import { clock } from '../kit/clock.svelte.ts';
import { figureText, number, parseTime, span, unitText, when } from '../kit/format.ts';
import type { Column } from '../kit/table.ts';
import type { ApiFigure, AskedNeed, Calls, Force, Impact, Named, Need, Relief, Tasks } from './api.ts';
import { reasonText } from './reason.ts';
import { label } from './session.svelte.ts';
import { callName, figure, nameOf, stopTime, taskBody } from './view.ts';
import { pick, t } from './words/index.svelte.ts';

/** One row; `key` is unique, `ref` is what opens when it is chosen. */
export interface Cells {
  key: string;
  ref: string;
  [column: string]: string | number;
}

export interface ListOf {
  title: string;
  /** Name of the saved file, without its ending. */
  name: string;
  rows: Cells[];
  columns: Column<Cells>[];
}

function at(iso: string | null | undefined): string {
  const ms = parseTime(iso);
  return ms === undefined ? '' : when(ms, clock.coarse, t().kit);
}

const unknown = (): string => `? ${t().kit.unknown}`;

function column(id: string, head: string, more: Partial<Column<Cells>> = {}): Column<Cells> {
  const value = (r: Cells): string | number => r[id] ?? '';
  const text = (r: Cells): string => {
    const v = value(r);
    return typeof v === 'number' ? number(v) : v;
  };
  return { id, head, value, ...(more.numeric ? { text } : {}), ...more };
}

export function callList(calls: Calls): ListOf {
  const w = t();
  return {
    title: w.calls.title, name: 'calls',
    columns: [
      column('who', w.calls.who, { grow: true }), column('place', label.field('callout', 'place')),
      column('post', w.app.post),
      column('person', w.list.person), column('phone', w.list.phone),
      column('state', w.map.state), column('tries', w.list.tries, { numeric: true }),
      column('since', w.list.since), column('deputy', w.calls.deputy),
    ],
    rows: calls.cells.map((c) => ({
      key: c.ref, ref: c.ref, who: callName(c), place: pick(c.place_name), post: pick(c.post), person: pick(c.person) || unknown(),
      phone: c.phone ?? unknown(), state: label.state('callout', c.state), tries: c.tries ?? unknown(),
      since: at(c.since), deputy: c.deputy ? `${pick(c.deputy.person)} ${c.deputy.phone ?? ''}` : '',
    })),
  };
}

export function taskList(tasks: Tasks): ListOf {
  const w = t();
  return {
    title: w.tasks.title, name: 'tasks',
    columns: [
      column('what', w.tasks.what, { grow: true }), column('department', w.tasks.body),
      column('body', w.list.person), column('state', w.map.state), column('due', w.tasks.due),
      column('late', w.list.late), column('clause', w.tasks.clause),
    ],
    rows: tasks.items.map((x) => ({
      key: x.id, ref: x.ref, what: nameOf(x), department: pick(x.department) || unknown(), body: taskBody(x),
      state: label.state('task', x.state), due: at(x.deadline) || w.tasks.no_due,
      late: x.late ? w.list.late : '', clause: x.clause ?? '',
    })),
  };
}

export function forceList(forces: Force[]): ListOf {
  const w = t();
  return {
    title: w.forces.title, name: 'forces',
    columns: [
      column('name', w.map.name, { grow: true }), column('people', w.list.people, { numeric: true }),
      column('way', w.list.way), column('eta', w.list.eta),
      column('state', w.map.state), column('whose', w.list.whose), column('limits', w.forces.fails),
    ],
    rows: forces.map((f) => ({
      key: f.ref, ref: f.ref, name: pick(f.name), people: f.people ?? unknown(),
      way: f.way ? (w.forces.by[f.way] ?? f.way) : '',
      eta: f.eta_s === null ? unknown() : span(f.eta_s * 1000, w.kit, true),
      state: f.engaged === null ? w.forces.free : w.forces.engaged,
      whose: f.commanded_here ? w.list.ours : `${w.forces.not_ours} ${pick(f.request_to?.name)}`,
      limits: f.limits.map(reasonText).join('; '),
    })),
  };
}

/** Every figure of what an event hits, and every place and site behind them. */
export function impactList(impact: Impact): ListOf {
  const w = t();
  const rows: Cells[] = [];
  const word = (key: string): string => w.impact.group[key] ?? key.replaceAll('_', ' ');
  const one = (key: string, f: ApiFigure | undefined): void => {
    if (!f) return;
    const shown = figure(f);
    rows.push({
      key, ref: '', sort: w.list.figure, name: word(key),
      value: `${figureText(shown, w.kit)} ${unitText(shown, w.kit)}`.trim(),
      band: f.low !== null && f.high !== null && f.low !== f.high ? `${number(f.low)}–${number(f.high)}` : '',
      source: shown.source ?? w.kit.no_source, observed: at(f.observed_at) || unknown(),
    });
  };
  const thing = (sort: string, ref: string, name: Named, value: string, since?: string | null): void => {
    rows.push({
      key: `${sort} ${ref}`, ref, sort: word(sort), name: pick(name), value, band: '',
      source: word(sort), observed: at(since) || unknown(),
    });
  };
  const as_of = impact.dataset_as_of;
  for (const [key, f] of Object.entries({
    people: impact.people, buildings: impact.buildings, villages: impact.villages, bridges: impact.bridges,
    road_m: impact.road_m, enterprises: impact.enterprises, major_dangers: impact.open_major_dangers,
    dead: impact.casualties.dead, missing: impact.casualties.missing, moved: impact.moved,
  })) one(key, f);
  for (const g of [...impact.groups, ...(impact.structures ?? []), ...impact.sites]) one(g.key, g.figure);
  for (const v of impact.cut_off.list) thing('cut_off_villages', v.place, v.name, w.map.cut, v.since);
  for (const v of impact.cut_off.townships.list) {
    const lines = (['road', 'network', 'power'] as const).filter((line) => v[line] === 'cut');
    thing('cut_off_townships', v.place, v.name, lines.map((line) => w.impact.line[line]).join(' '), v.since);
  }
  for (const s of impact.sites) for (const x of s.list ?? []) thing(s.key, x.ref, x.name, '', as_of);
  return {
    title: w.impact.title, name: 'impact', rows,
    columns: [
      column('sort', w.map.kind), column('name', w.map.name, { grow: true }), column('value', w.kit.value),
      column('band', w.list.band), column('source', w.kit.source), column('observed', w.kit.observed),
    ],
  };
}

/** Packs that a plan brings, by need: place, group and commodity. */
function broughtBy(plan: Relief): Map<string, number> {
  const brought = new Map<string, number>();
  for (const stop of plan.routes.flatMap((r) => r.stops)) {
    for (const u of stop.unload) {
      const need = u.need ?? `${stop.place}/all/${u.item}`;
      brought.set(need, (brought.get(need) ?? 0) + u.packs);
    }
  }
  return brought;
}

/** A whole number that the node gives as text, grouped; anything else as it is. */
const grouped = (text: string): string => (/^\d+$/.test(text) ? number(Number(text)) : text);

/** A need as it was worked out: "3 l a person a day × 812 people × 2 days ÷ 20 l a pack", or who asked. */
function ground(n: Need): string {
  const w = t();
  const why = n.why;
  if (!why) return n.row ?? unknown();
  if (why.kind === 'norm') {
    const unit = (n: string): string => w.relief.unit[why.unit]?.(n) ?? why.unit;
    const per = why.per === 'household' ? w.relief.a_household : w.relief.a_person;
    const days = why.days === null ? '' : w.relief.times_days(why.days);
    const pack = grouped(why.pack);
    const rate = w.relief.rate(grouped(why.amount), unit(why.amount), per, why.days !== null);
    const worked = w.relief.worked_out(rate, why.people, why.shared_by, days, pack, unit(why.pack));
    const rest = why.in_villages ? w.relief.without_villages(why.counted ?? 0, why.in_villages) : '';
    return `${worked}${rest}; ${pick(why.title)} ${why.row}${why.mark === 'assumed' ? ` (${w.relief.assumed})` : ''}`;
  }
  const seen = at(why.observed_at ?? why.entered_at);
  return w.relief.asked_by(why.asked ?? 0, pick(why.by), seen, why.by_norm);
}

/** Why a place is supplied and where its people's figure is from, each with its time. */
function supplied(n: Need): string {
  const w = t().relief;
  if (n.why?.kind === 'need') return w.asked_for;
  if (!n.of) return unknown();
  const people = figure(n.of.people);
  const from = [people.source, at(people.observed_at)].filter(Boolean).join(' ');
  const seen = at(n.of.observed_at) || unknown();
  return n.of.code === 'cut_off' ? w.cut_off(seen, from) : w.counted(from || unknown());
}

/** Why each place gets what it gets: people, how the need is worked out, packs needed and brought, what binds. */
export function shareList(plan: Relief, needs: Need[]): ListOf {
  const w = t();
  const brought = broughtBy(plan);
  const rows = needs.map((n) => {
    const key = n.id ?? `${n.place}/${n.group}/${n.commodity}`;
    const got = brought.get(key) ?? 0;
    const least = plan.lowest.find(
      (l) => l.place === n.place && l.commodity === n.commodity && (!l.group || l.group === n.group),
    );
    const left = plan.unserved.find((u) => u.need === key);
    const short = left ?? plan.unserved.find((u) => u.place === n.place && u.commodity === n.commodity);
    const bound = left?.reason ?? least?.why ?? (got < n.packs ? short?.reason : undefined);
    return {
      key, ref: n.why?.kind === 'need' ? n.why.ref : '', place: pick(n.name), item: w.item[n.commodity] ?? n.commodity,
      group: w.relief.group[n.group] ?? w.impact.group[n.group] ?? n.group,
      people: n.people ?? unknown(), about: n.of?.estimated ? '≈' : '', of: supplied(n), norm: ground(n), needed: n.packs, brought: got,
      share: n.packs > 0 ? `${Math.floor((got * 100) / n.packs)} %` : unknown(),
      reason: bound ? reasonText(bound) : got >= n.packs ? w.relief.in_full : unknown(),
      sort: n.packs > 0 ? got / n.packs : 1,
    };
  });
  return {
    title: w.relief.why_title, name: 'relief-shares',
    columns: [
      column('place', w.relief.place), column('item', w.relief.load),
      column('group', w.relief.for_whom), column('people', w.list.people, {
        numeric: true, text: (r) => `${r.about ?? ''}${typeof r.people === 'number' ? number(r.people) : (r.people ?? '')}`,
      }),
      column('of', w.relief.supplied, { wrap: true }),
      column('norm', w.relief.norm, { grow: true, wrap: true }), column('needed', w.relief.needed, { numeric: true }),
      column('brought', w.relief.brought, { numeric: true }), column('share', w.relief.share),
      column('reason', w.relief.reason, { wrap: true }),
    ],
    rows: rows.sort((a, b) => a.sort - b.sort || a.key.localeCompare(b.key)),
  };
}

/** What people asked for, counted or not, and why not. */
export function askedList(needs: AskedNeed[]): ListOf {
  const w = t();
  return {
    title: label.kind('need'), name: 'relief-asked',
    columns: [
      column('place', w.relief.place, { grow: true }), column('item', w.relief.load),
      column('state', w.relief.state), column('asked', w.relief.needed, { numeric: true }),
      column('by_norm', w.relief.by_norm, { numeric: true }), column('packs', w.relief.planned, { numeric: true }),
      column('reason', w.relief.reason, { wrap: true }), column('by', w.relief.said_by), column('at', w.relief.said_at),
    ],
    rows: needs.map((n) => ({
      key: n.ref, ref: n.ref, place: pick(n.name), item: w.item[n.commodity] ?? n.commodity,
      state: n.state ? label.state('need', n.state) : unknown(), asked: n.asked ?? unknown(),
      by_norm: n.by_norm, packs: n.packs, reason: n.reason ? reasonText({ code: n.reason }) : '',
      by: pick(n.by), at: at(n.observed_at ?? n.entered_at),
    })),
  };
}

/** Every leg that loads or brings something: left the stop before, there, and what. */
export function tripList(plan: Relief): ListOf {
  const w = t();
  const packs = (list: { item: string; packs: number }[]): string =>
    list.map((l) => `${w.item[l.item] ?? l.item} ${number(l.packs)}`).join(', ');
  const time = (s: string | number): string => at(new Date(stopTime(plan.starts_at, s)).toISOString());
  return {
    title: w.relief.order_table, name: 'relief-trips',
    columns: [
      column('vehicle', w.relief.vehicle), column('way', w.list.way), column('place', w.relief.place, { grow: true }),
      column('leave', w.relief.leave), column('arrive', w.relief.arrive), column('load', w.relief.load, { wrap: true }),
    ],
    rows: plan.routes.flatMap((r) =>
      r.stops.map((s, i) => ({
        key: `${r.vehicle} ${i}`, ref: '', vehicle: pick(r.name), way: w.relief.by[r.way] ?? r.way,
        place: pick(s.name),
        // Loading at the start: when it leaves there. It arrived nowhere yet.
        leave: time((r.stops[i - 1] ?? s).depart), arrive: i === 0 ? '' : time(s.arrive),
        load: [s.load.length ? `+ ${packs(s.load)}` : '', s.unload.length ? `→ ${packs(s.unload)}` : '']
          .filter(Boolean).join(' '),
      })),
    ).filter((row) => row.load !== ''),
  };
}
