// One function makes the map's style for every mode: base tiles from this node, no glyph server,
// no sprite. Labels are drawn with fonts of the machine.
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Lang, Mode } from '../locale.svelte.ts';
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

/** Classes of roads, as the dataset names them. */
const TRUNK = ['expressway', 'national', 'provincial'];
const PATHS = ['village', 'street', 'track', 'path'];

type Filter = NonNullable<Extract<LayerSpecification, { type: 'line' }>['filter']>;

function roadPair(
  id: string,
  filter: Filter,
  minzoom: number,
  width: number,
  p: MapPalette,
): LayerSpecification[] {
  const base = { type: 'line', source: 'base', 'source-layer': 'road', filter, minzoom } as const;
  const grow = (w: number, more: number): ['interpolate', ['linear'], ['zoom'], ...number[]] => [
    'interpolate',
    ['linear'],
    ['zoom'],
    8,
    w * 0.6 + more,
    11,
    w + more,
    14,
    w * 1.8 + more,
  ];
  const layout = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      ...base,
      id: `${id}-casing`,
      layout,
      paint: { 'line-color': p.casing, 'line-width': grow(width, 2) },
    } as LayerSpecification,
    {
      ...base,
      id,
      layout,
      paint: { 'line-color': p.road, 'line-width': grow(width, 0) },
    } as LayerSpecification,
  ];
}

/** The whole base style; `tiles` is a URL template, or undefined where there is no base map. */
export function style(mode: Mode, lang: Lang, tiles: string | undefined): StyleSpecification {
  const p = mapPalette(mode);
  // Names are not translated; in English the pinyin stands under them.
  const own = ['coalesce', ['get', 'name'], ''];
  const name = (
    lang === 'zh'
      ? own
      : ['format', own, {}, '\n', {}, ['coalesce', ['get', 'name_en'], ''], { 'font-scale': 0.85 }]
  ) as unknown as string;
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
  const is = (key: string, ...values: (string | number)[]): Filter =>
    ['in', ['get', key], ['literal', values]] as unknown as Filter;
  const where = (l: LayerSpecification, filter: Filter): LayerSpecification =>
    ({ ...l, filter }) as LayerSpecification;
  return {
    version: 8,
    sources: {
      base: { type: 'vector', tiles: [tiles], minzoom: 5, maxzoom: 14 },
    },
    layers: [
      ground,
      where(fill('wood', 'cover', p.wood), is('kind', 'wood', 'wetland')),
      fill('water-area', 'water_area', p.water),
      {
        ...line('water', 'water', p.water, 2, 5),
        paint: {
          'line-color': p.water,
          'line-width': ['interpolate', ['linear'], ['zoom'], 8, 1.2, 11, 2.4, 14, 5],
        },
        layout: { 'line-cap': 'round', 'line-join': 'round' },
      } as LayerSpecification,
      line('contour', 'contour', p.contour, 1, 11),
      where(fill('built', 'cover', p.built, 10), is('kind', 'built_up')),
      fill('building', 'building', p.built, 14),
      where(line('bound-village', 'boundary', p.bound, 0.6, 12, [2, 3]), is('level', 5)),
      where(line('bound-township', 'boundary', p.bound, 1, 8, [4, 3]), is('level', 4)),
      where(line('bound-county', 'boundary', p.bound, 2, 5, [6, 3]), is('level', 3)),
      ...roadPair('road-path', is('class', ...PATHS), 11, 1.2, p),
      ...roadPair('road-county', ['!', is('class', ...PATHS, ...TRUNK)] as unknown as Filter, 8, 2, p),
      ...roadPair('road-trunk', is('class', ...TRUNK), 5, 3.2, p),
      {
        id: 'place',
        type: 'symbol',
        source: 'base',
        'source-layer': 'place',
        minzoom: 7,
        layout: {
          'text-field': name,
          'text-font': LABEL_FONTS,
          'text-size': ['match', ['get', 'level'], 3, 16, 4, 14, 12],
          'symbol-sort-key': ['get', 'level'],
          'text-padding': 6,
          'text-max-width': 12,
          'text-variable-anchor': ['bottom', 'top', 'left', 'right'],
          'text-radial-offset': 0.9,
        },
        paint: { 'text-color': p.label, 'text-halo-color': p.land, 'text-halo-width': 2 },
      },
    ],
  };
}
