// The node's layers as the map draws them: names in the language that holds now, states in words,
// a mark in the middle of each closed stretch. Only the area of an official warning has its colour.
import type { Named } from './api.ts';
import { label as words } from './session.svelte.ts';
import { snake, warningColour } from './view.ts';
import { pick, t } from './words/index.svelte.ts';

type Collections = Record<string, GeoJSON.FeatureCollection>;

function middle(g: GeoJSON.Geometry): GeoJSON.Position | undefined {
  if (g.type === 'Point') return g.coordinates;
  if (g.type === 'LineString') return g.coordinates[Math.floor(g.coordinates.length / 2)];
  return undefined;
}

const IMPASSABLE = new Set(['closed', 'cut', 'blocked', 'foot']);

/** Collections for the map, with `label`, `state_word` and `colour` on every feature. */
export function mapData(layers: Collections, warning: unknown): Collections {
  const w = t();
  const out: Collections = {};
  for (const [name, fc] of Object.entries(layers)) {
    const features = (fc.features ?? []).map((f): GeoJSON.Feature => {
      const p = (f.properties ?? {}) as Record<string, unknown>;
      const state = typeof p.state === 'string' ? snake(p.state) : '';
      const own = pick(p.name as Named | undefined);
      const word =
        name === 'cut_off'
          ? w.map.cut
          : name === 'road_states'
            ? (w.road.state[state] ?? state)
            : typeof p.ref === 'string' && typeof p.state === 'string'
              ? words.state(p.ref.slice(0, p.ref.indexOf(':')), p.state)
              : state;
      const colour =
        p.colour ?? (name === 'alerts' ? warningColour(p.level ?? warning) : undefined);
      const label = name === 'cut_off' ? `${own} ${word}` : name === 'alerts' ? '' : own;
      return { ...f, properties: { ...p, name: own, colour, state, state_word: word, label } };
    });
    out[name] = { ...fc, features };
  }
  out.road_marks = {
    type: 'FeatureCollection',
    features: (out.road_states?.features ?? []).flatMap((f) => {
      const at = middle(f.geometry);
      return at && IMPASSABLE.has(String(f.properties?.state))
        ? [{ ...f, geometry: { type: 'Point' as const, coordinates: at } }]
        : [];
    }),
  };
  return out;
}
