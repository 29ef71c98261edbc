// Anlan's own layers over the base map, in drawing order: footprint under labels, cut-off
// villages and alarms always on top and never clustered.
import type { LayerSpecification } from 'maplibre-gl';
import type { MapPalette } from './palette.ts';
import { LABEL_FONTS } from './style.ts';

export type LayerGroup =
  | 'footprint'
  | 'road_state'
  | 'sites'
  | 'dangers'
  | 'forces'
  | 'routes'
  | 'cut_off';

/** Which collections of `GET /event/{id}/map` a group of the legend draws. */
export const GROUP_SOURCES: Record<LayerGroup, string[]> = {
  footprint: ['footprint', 'alerts'],
  road_state: ['road_states'],
  sites: ['sites', 'shelters', 'landings'],
  dangers: ['enterprises'],
  routes: ['routes'],
  forces: ['teams'],
  cut_off: ['cut_off'],
};

interface Own {
  sources: string[];
  layers: { group: LayerGroup; layer: LayerSpecification }[];
}

function label(p: MapPalette, size = 12): Extract<LayerSpecification, { type: 'symbol' }>['layout'] {
  return {
    'text-field': ['coalesce', ['get', 'label'], ['get', 'name'], ''],
    'text-font': LABEL_FONTS,
    'text-size': size,
    'text-anchor': 'left',
    'text-offset': [1.1, 0],
    'text-optional': true,
  };
}

/** Sources and layers for a palette. */
export function ownLayers(p: MapPalette): Own {
  const warn = (a: string, b: string, c: string, d: string, none: string): unknown => [
    'match',
    ['coalesce', ['get', 'colour'], 'none'],
    'red',
    a,
    'orange',
    b,
    'yellow',
    c,
    'blue',
    d,
    none,
  ];
  const width = ['match', ['coalesce', ['get', 'colour'], 'none'], 'red', 3, 'orange', 2.5, 2];
  const ink = { 'text-color': p.label, 'text-halo-color': p.land, 'text-halo-width': 2 };
  const fill = (source: string, opacity: number): LayerSpecification =>
    ({
      id: `${source}-fill`,
      type: 'fill',
      source,
      paint: {
        'fill-pattern': warnPattern(),
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 9, opacity, 13, opacity / 3],
      },
    }) as LayerSpecification;
  const outline = (source: string): LayerSpecification =>
    ({
      id: `${source}-line`,
      type: 'line',
      source,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': warn(p.red, p.orange, p.yellow_edge, p.blue, p.ink),
        'line-width': width,
      },
    }) as LayerSpecification;
  return {
    sources: [...new Set([...Object.values(GROUP_SOURCES).flat(), 'road_marks'])],
    layers: [
      { group: 'footprint', layer: fill('alerts', 0.45) },
      { group: 'footprint', layer: outline('alerts') },
      {
        group: 'footprint',
        layer: {
          id: 'footprint-line',
          type: 'line',
          source: 'footprint',
          layout: { 'line-join': 'round' },
          paint: { 'line-color': p.ink, 'line-width': 1.5, 'line-dasharray': [4, 2] },
        },
      },
      {
        group: 'routes',
        layer: {
          id: 'routes-line',
          type: 'line',
          source: 'routes',
          paint: { 'line-color': p.acc, 'line-width': 3, 'line-dasharray': [2, 1] },
        },
      },
      {
        group: 'road_state',
        layer: {
          id: 'road-state-line',
          type: 'line',
          source: 'road_states',
          filter: ['==', ['geometry-type'], 'LineString'],
          paint: {
            'line-color': [
              'match',
              ['coalesce', ['get', 'state'], ''],
              'open',
              p.acc,
              'unknown',
              p.label,
              p.late,
            ],
            'line-width': 3.5,
            'line-dasharray': [1.5, 0.8],
          },
        },
      },
      {
        group: 'sites',
        layer: plateLayer('sites', 'sites', siteIcon(), p, 11),
      },
      { group: 'sites', layer: plateLayer('shelters', 'shelters', 'plate-shelter-other', p, 10) },
      { group: 'sites', layer: plateLayer('landings', 'landings', 'plate-landing-other', p, 11) },
      {
        group: 'dangers',
        layer: plateLayer('dangers', 'enterprises', 'plate-enterprise-other', p, 10),
      },
      { group: 'forces', layer: plateLayer('forces', 'teams', teamIcon(), p, 5) },
      {
        group: 'road_state',
        layer: {
          id: 'road-state-mark',
          type: 'symbol',
          source: 'road_marks',
          layout: { 'icon-image': 'road-closed', 'icon-allow-overlap': true },
        } as LayerSpecification,
      },
      {
        group: 'cut_off',
        layer: {
          id: 'cut-off-mark',
          type: 'symbol',
          source: 'cut_off',
          layout: {
            ...label(p, 13),
            'icon-image': 'cut-off',
            'icon-allow-overlap': true,
            'text-allow-overlap': true,
            'text-max-width': 11,
            'text-justify': 'left',
          },
          paint: ink,
        } as LayerSpecification,
      },
    ],
  };
}

function warnPattern(): unknown {
  return [
    'match',
    ['coalesce', ['get', 'colour'], 'none'],
    'red',
    'pattern-red',
    'orange',
    'pattern-orange',
    'yellow',
    'pattern-yellow',
    'blue',
    'pattern-blue',
    'pattern-none',
  ];
}

function siteIcon(): unknown {
  return [
    'match',
    ['coalesce', ['get', 'kind'], ''],
    'hospital',
    'plate-hospital-other',
    'school',
    'plate-school-other',
    'depot',
    'plate-depot-other',
    'shelter',
    'plate-shelter-other',
    'plate-site-other',
  ];
}

function teamIcon(): unknown {
  return [
    'match',
    ['coalesce', ['get', 'way'], ['get', 'kind'], ''],
    ['water', 'boat'],
    'plate-boat',
    ['air', 'helicopter'],
    'plate-air',
    'plate-team',
  ];
}

function plateLayer(
  id: string,
  source: string,
  icon: unknown,
  p: MapPalette,
  minzoom: number,
): LayerSpecification {
  return {
    id: `${id}-plate`,
    type: 'symbol',
    source,
    minzoom,
    layout: {
      ...label(p),
      // Names of things come once there is room; names of places come first.
      'text-field': ['step', ['zoom'], '', 11.5, ['coalesce', ['get', 'label'], ['get', 'name'], '']],
      'icon-image': icon,
      'icon-size': ['interpolate', ['linear'], ['zoom'], 8, 0.6, 12, 1],
      'icon-allow-overlap': id === 'forces',
      'icon-ignore-placement': true,
    },
    paint: { 'text-color': p.label, 'text-halo-color': p.land, 'text-halo-width': 2 },
  } as LayerSpecification;
}
