// Recomputes WCAG 2 contrasts from tokens.css and the map's palette.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mapPalette } from './map/palette.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokens(mode: string): Record<string, string> {
  const block = new RegExp(`\\[data-mode='${mode}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]),
  ) as Record<string, string>;
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

const TEXT = ['t1', 't2', 't3', 'acc', 'ok', 'soon', 'late', 'ex'];

describe.each(['light', 'dark', 'wall', 'sun'])('%s', (mode) => {
  const c = tokens(mode);
  const strong = mode === 'wall' || mode === 'sun';
  const on = strong ? ['panel', 'bg', 'sunk'] : ['panel', 'bg', 'sunk', 'sel'];
  it.each(TEXT)('%s can be read on every ground', (role) => {
    for (const ground of on) {
      const ratio = contrast(c[role] ?? '', c[ground] ?? '');
      expect(ratio, `${role} on ${ground}`).toBeGreaterThanOrEqual(strong ? 7 : 4.5);
    }
  });
  it('borders of controls are seen', () => {
    expect(contrast(c.edge ?? '', c.panel ?? '')).toBeGreaterThanOrEqual(3);
  });
  it('the filled button and the warning chips can be read', () => {
    const pairs = ['acc', 'w-blue', 'w-yellow', 'w-orange', 'w-red'];
    for (const p of pairs) {
      expect(contrast(c[p] ?? '', c[`on-${p}`] ?? ''), p).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('map labels can be read on land and on water', () => {
    const p = mapPalette(mode as 'light');
    expect(contrast(p.label, p.land)).toBeGreaterThanOrEqual(7);
    expect(contrast(p.label, p.water)).toBeGreaterThanOrEqual(7);
  });
});

it('has the contrasts that the design states', () => {
  const light = tokens('light');
  const dark = tokens('dark');
  expect(contrast(light.t1 ?? '', light.panel ?? '')).toBeCloseTo(18.0, 0);
  expect(contrast(light.late ?? '', light.panel ?? '')).toBeCloseTo(6.9, 1);
  expect(contrast(dark.acc ?? '', dark.panel ?? '')).toBeCloseTo(8.9, 1);
});
