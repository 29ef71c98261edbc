// One function makes the map's style for every mode: base tiles from this node, no glyph server,
// no sprite. Labels are drawn with fonts of the machine.
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Mode } from '../locale.svelte.ts';
import { mapPalette, type MapPalette } from './palette.ts';

/** Fonts of labels, tried in order on the machine. */
export const LABEL_FONTS = [
  'Noto Sans SC Variable',
  'PingFang SC',
  'HarmonyOS Sans SC',
  'Microsoft YaHei UI',
  'Source Han Sans SC',
  'Noto Sans CJK SC',
  'sans-serif',
];

const ROADS = ['motorway', 'trunk', 'primary', 'national', 'provincial', 'expressway'];
const COUNTY = ['secondary', 'tertiary', 'county', 'township', 'unclassified'];

type Filter = NonNullable<Extract<LayerSpecification, { type: 'line' }>['filter']>;

function roadPair(
  id: string,
  filter: Filter,
  minzoom: number,
  width: number,
  p: MapPalette,
): LayerSpecification[] {
  const base = { type: 'line', source: 'base', 'source-layer': 'roads', filter, minzoom } as const;
  const grow = (w: number): ['interpolate', ['linear'], ['zoom'], ...number[]] => [
    'interpolate',
    ['linear'],
    ['zoom'],
    8,
    w * 0.5,
    14,
    w * 1.6,
  ];
  const layout = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      ...base,
      id: `${id}-casing`,
      layout,
      paint: { 'line-color': p.casing, 'line-width': grow(width + 2) },
    } as LayerSpecification,
    {
      ...base,
      id,
      layout,
      paint: { 'line-color': p.road, 'line-width': grow(width) },
    } as LayerSpecification,
  ];
}

/** The whole base style; `tiles` is a URL template, or undefined where there is no base map. */
export function style(mode: Mode, tiles: string | undefined): StyleSpecification {
  const p = mapPalette(mode);
  const ground: LayerSpecification = {
    id: 'land',
    type: 'background',
    paint: { 'background-color': p.land },
  };
  if (!tiles) return { version: 8, sources: {}, layers: [ground] };
  const fill = (id: string, layer: string, color: string, minzoom = 5): LayerSpecification => ({
    id,
    type: 'fill',
    source: 'base',
    'source-layer': layer,
    minzoom,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': color },
  });
  const line = (
    id: string,
    layer: string,
    color: string,
    width: number,
    minzoom: number,
    dash?: number[],
  ): LayerSpecification => ({
    id,
    type: 'line',
    source: 'base',
    'source-layer': layer,
    minzoom,
    paint: {
      'line-color': color,
      'line-width': width,
      ...(dash ? { 'line-dasharray': dash } : {}),
    },
  });
  const cls: ['coalesce', ...unknown[]] = ['coalesce', ['get', 'class'], ['get', 'kind'], ''];
  const inList = (list: string[]): Filter => ['in', cls, ['literal', list]] as unknown as Filter;
  const neither = ['!', inList([...ROADS, ...COUNTY])] as unknown as Filter;
  return {
    version: 8,
    sources: {
      base: { type: 'vector', tiles: [tiles], minzoom: 5, maxzoom: 14 },
    },
    layers: [
      ground,
      fill('wood', 'wood', p.wood),
      fill('water', 'water', p.water),
      line('river', 'rivers', p.water, 2.5, 5),
      line('waterline', 'water', p.water, 1.5, 5),
      line('contour', 'contours', p.contour, 1, 9),
      fill('built', 'built', p.built, 9),
      fill('building', 'buildings', p.built, 12),
      line('bound', 'bounds', p.bound, 1, 5, [4, 3]),
      ...roadPair('road-path', neither, 11, 1.2, p),
      ...roadPair('road-county', inList(COUNTY), 8, 2, p),
      ...roadPair('road-trunk', inList(ROADS), 5, 3.2, p),
      {
        id: 'place',
        type: 'symbol',
        source: 'base',
        'source-layer': 'places',
        minzoom: 7,
        layout: {
          'text-field': ['coalesce', ['get', 'name'], ''],
          'text-font': LABEL_FONTS,
          'text-size': [
            'match',
            ['coalesce', ['get', 'class'], ['get', 'kind'], ''],
            ['county', 'city', 'town', 'township'],
            14,
            12,
          ],
          'text-padding': 6,
          'text-max-width': 12,
        },
        paint: { 'text-color': p.label, 'text-halo-color': p.land, 'text-halo-width': 2 },
      },
    ],
  };
}
