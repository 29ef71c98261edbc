// From the description of a kind to the form of one of its verbs.
import type { FieldDescription } from '../kit/form.ts';
import type { Area, Kind } from './api.ts';
import { pick, t } from './words/index.svelte.ts';

/** Fields that a verb needs and may take, without those that the page fills in itself. */
export function verbFields(
  kind: Kind | undefined,
  verb: string,
  fixed: string[],
  area?: Area,
): FieldDescription[] {
  const v = kind?.verbs.find((x) => x.name === verb);
  if (!kind || !v) return [];
  const needs = v.needs ?? [];
  const names = [...needs, ...(v.may ?? [])].filter((n) => !fixed.includes(n));
  return [...new Set(names)].flatMap((name): FieldDescription[] => {
    const f = kind.fields.find((x) => x.name === name);
    if (!f) return [];
    return [
      {
        name,
        label: pick(f),
        shape: f.shape,
        required: needs.includes(name),
        hint: f.shape.type === 'position' ? t().form.position : undefined,
        unit: typeof f.shape.unit === 'string' && f.shape.unit ? f.shape.unit : undefined,
        codes: f.codes
          ? Object.entries(f.codes).map(([code, words]) => ({ code, label: pick(words) }))
          : placeCodes(f.shape.type, area),
      },
    ];
  });
}

function placeCodes(type: string, area: Area | undefined): FieldDescription['codes'] {
  if (type.toLowerCase() !== 'place' || !area) return undefined;
  return [
    { code: area.place, label: pick(area.name) },
    ...area.townships.map((t) => ({ code: t.place, label: pick(t.name) })),
  ];
}

/** Only shapes that a person can type in a line belong in a generated form. */
export function enterable(f: FieldDescription): boolean {
  return !/^(list|hash|record|area|any|ref)$/i.test(f.shape.type);
}
