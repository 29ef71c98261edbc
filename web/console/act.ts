// From the description of a kind to the form of one of its verbs: fields and the parts of records,
// choices of things by name, files as proofs.
import type { Choice, FieldDescription } from '../kit/form.ts';
import type { Area, Kind, KindField } from './api.ts';
import { placeChoices } from './names.svelte.ts';
import { here } from './session.svelte.ts';
import { pick, t } from './words/index.svelte.ts';

type Shape = KindField['shape'];

/** Choices for a reference, by kind: each thing's reference and name. */
export type Choices = Record<string, Choice[]>;

interface Source {
  kind: Kind;
  area: Area | undefined;
  choices: Choices;
}

function codesOf(path: string, shape: Shape, from: Source): FieldDescription['codes'] {
  if (shape.type === 'code' && Array.isArray(shape.codes)) {
    return shape.codes.map((code) => ({
      code: String(code),
      label: pick(from.kind.codes?.[`${path}.${String(code)}`]) || String(code),
    }));
  }
  if (shape.type === 'place') {
    const found = placeChoices(here.session?.place ?? from.area?.place);
    return found.length > 0 ? found : undefined;
  }
  if (path === 'sector' && from.kind.kind === 'danger') {
    const named = Object.entries(t().danger.sector).filter(([code]) => code !== 'unknown');
    return named.map(([code, words]) => ({ code, label: words }));
  }
  if (shape.type === 'ref' && Array.isArray(shape.kinds)) {
    const found = shape.kinds.flatMap((k) => from.choices[String(k)] ?? []);
    return found.length > 0 ? found : undefined;
  }
  return undefined;
}

function one(
  name: string,
  words: string,
  shape: Shape,
  required: boolean,
  from: Source,
): FieldDescription[] {
  const last = name.split('.').at(-1) ?? name;
  if (shape.type === 'record' && Array.isArray(shape.parts)) {
    const parts = shape.parts as { name: string; shape: Shape }[];
    return parts.flatMap((p) =>
      one(
        `${name}.${p.name}`, pick(from.kind.parts?.[p.name]) || p.name, p.shape,
        required && (ASKED[name]?.includes(p.name) ?? false), from,
      ),
    );
  }
  const field: FieldDescription = {
    name,
    label: words,
    shape,
    required,
    hint: shape.type === 'position' ? t().form.position : undefined,
    unit: typeof shape.unit === 'string' && shape.unit ? shape.unit : undefined,
    codes: codesOf(last, shape, from),
  };
  return enterable(field) ? [field] : [];
}

/** Parts that the entity's own check asks for in a record that is needed. */
const ASKED: Record<string, string[]> = {
  five_fixings: ['measure', 'funds', 'deadline_at', 'person', 'emergency_plan'],
};

/** Who did it is told by who signs, unless it is said otherwise. */
const TOLD = /\.(fixer|reviewer)$/;

/** Fields that a verb needs and may take, without those that the page fills in itself. */
export function verbFields(
  kind: Kind | undefined,
  verb: string,
  fixed: string[],
  area?: Area,
  choices: Choices = {},
): FieldDescription[] {
  const v = kind?.verbs.find((x) => x.name === verb);
  if (!kind || !v) return [];
  const needs = v.needs ?? [];
  const names = [...needs, ...(v.may ?? [])].filter((n) => !fixed.includes(n));
  return [...new Set(names)].flatMap((name): FieldDescription[] => {
    const f = kind.fields.find((x) => x.name === name);
    const must = needs.includes(name);
    const found = f ? one(name, pick(f), f.shape, must, { kind, area, choices }) : [];
    return must ? found.map((x) => ({ ...x, first: !TOLD.test(x.name) })) : found;
  });
}

/** Kinds of things that a verb's fields point at, for which names must be read first. */
export function kindsPointedAt(kind: Kind | undefined, verb: string, fixed: string[]): string[] {
  const v = kind?.verbs.find((x) => x.name === verb);
  const names = [...(v?.needs ?? []), ...(v?.may ?? [])].filter((n) => !fixed.includes(n));
  const found = new Set<string>();
  const look = (shape: Shape): void => {
    if (shape.type === 'ref' && Array.isArray(shape.kinds)) {
      for (const k of shape.kinds) found.add(String(k));
    }
    if (shape.type === 'record' && Array.isArray(shape.parts)) {
      for (const p of shape.parts as { shape: Shape }[]) look(p.shape);
    }
  };
  for (const f of kind?.fields ?? []) if (names.includes(f.name)) look(f.shape);
  return [...found];
}

/** Shapes that a person can enter; a reference only where there is something to choose from. */
function enterable(f: FieldDescription): boolean {
  const type = f.shape.type;
  if (type === 'ref') return f.codes !== undefined;
  if (type === 'list') return /^(text|blob)$/.test(String((f.shape.of as Shape | undefined)?.type));
  return !/^(record|area|any|hash)$/.test(type);
}

/** "five_fixings.measure": "x" becomes { five_fixings: { measure: "x" } }. */
export function nested(flat: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flat)) {
    const [head = name, part] = name.split('.');
    if (part === undefined) out[head] = value;
    else out[head] = { ...((out[head] as Record<string, unknown> | undefined) ?? {}), [part]: value };
  }
  return out;
}
