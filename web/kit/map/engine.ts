// The map itself: MapLibre with Anlan's layers over it, drawing by Terra Draw. Loaded only when a
// board shows a map. Nothing comes from outside this node.
import * as maplibregl from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { TerraDraw, TerraDrawPolygonMode } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import type { Lang, Mode } from '../locale.svelte.ts';
import { ownLayers, type LayerGroup } from './layers.ts';
import { mapPalette } from './palette.ts';
import { LABEL_FONTS, style } from './style.ts';
import { patterns, plates } from './symbols.ts';

maplibregl.setWorkerUrl(workerUrl);

export type Collections = Record<string, GeoJSON.FeatureCollection>;
export type Bounds = [number, number, number, number];

export interface MapHandle {
  setData: (data: Collections) => void;
  setLook: (mode: Mode, lang: Lang) => void;
  setVisible: (group: LayerGroup, on: boolean) => void;
  /** Shows all of it above what covers the foot of the map, in pixels; the same again is left where a person moved it. */
  fit: (bounds: Bounds, foot: number) => void;
  draw: (done: (ring: [number, number][]) => void) => void;
  stopDraw: () => void;
  zoom: (by: number) => void;
  centre: () => [number, number];
  /** Marks one spot, and shows it. */
  mark: (at: [number, number]) => void;
  remove: () => void;
}

interface Options {
  container: HTMLElement;
  mode: Mode;
  lang: Lang;
  tiles: string | undefined;
  bounds: Bounds | undefined;
  still: boolean;
  onmove: (lon: number, lat: number) => void;
  onpick: (properties: Record<string, unknown>) => void;
  /** Takes every click as a spot, in degrees; nothing is picked then. */
  onspot?: (lon: number, lat: number) => void;
  onlost: () => void;
}

const ROAD_LAYERS = ['road-trunk', 'road-county', 'road-path'];
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Opens the map; resolves once it is drawn for the first time. */
export async function openMap(o: Options): Promise<MapHandle> {
  // A label drawn before its font is there would be kept in the wrong face.
  await document.fonts.load(`14px "${LABEL_FONTS[0] ?? 'sans-serif'}"`).catch(() => []);
  let mode = o.mode;
  let lang = o.lang;
  let data: Collections = {};
  const hidden = new Set<LayerGroup>();
  // What each source shows now: drawing the same again costs the whole map.
  const drawn = new Map<string, string>();
  const map = new maplibregl.Map({
    container: o.container,
    style: style(mode, lang, o.tiles),
    ...(o.bounds ? { bounds: o.bounds, fitBoundsOptions: { padding: 24 } } : {}),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 18,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  map.touchZoomRotate.disableRotation();
  let fitted = '';
  let moved = false;
  map.on('movestart', (e) => (moved ||= e.originalEvent !== undefined));
  map.on('mousemove', (e) => o.onmove(e.lngLat.lng, e.lngLat.lat));
  map.getCanvas().addEventListener('webglcontextlost', () => o.onlost());
  const groups: string[] = [];
  const layers = (): void => {
    const p = mapPalette(mode);
    for (const image of [...patterns(p), ...plates(p)]) {
      if (map.hasImage(image.id)) map.removeImage(image.id);
      map.addImage(image.id, image.data, { pixelRatio: 2 });
    }
    const own = ownLayers(p);
    for (const name of own.sources) {
      if (!map.getSource(name)) map.addSource(name, { type: 'geojson', data: data[name] ?? EMPTY });
    }
    groups.length = 0;
    for (const { group, layer } of own.layers) {
      if (!map.getLayer(layer.id)) map.addLayer(layer);
      map.setLayoutProperty(layer.id, 'visibility', hidden.has(group) ? 'none' : 'visible');
      // Areas are ground, not marks: a click goes through them.
      if (layer.type !== 'fill' && group !== 'footprint') groups.push(layer.id);
    }
  };
  await new Promise<void>((resolve) => {
    if (map.isStyleLoaded()) resolve();
    else map.once('style.load', () => resolve());
  });
  layers();
  map.on('click', (e) => {
    if (o.onspot) {
      o.onspot(e.lngLat.lng, e.lngLat.lat);
      return;
    }
    const near: [maplibregl.PointLike, maplibregl.PointLike] = [
      [e.point.x - 5, e.point.y - 5],
      [e.point.x + 5, e.point.y + 5],
    ];
    const hit = map.queryRenderedFeatures(e.point, { layers: groups })[0];
    if (hit?.properties.ref) {
      o.onpick(hit.properties);
      return;
    }
    // A road of the base map can be picked where the tiles carry its row.
    const roads = ROAD_LAYERS.filter((id) => map.getLayer(id));
    const road = map.queryRenderedFeatures(near, { layers: roads }).find((f) => f.properties.id);
    if (road) o.onpick({ ...road.properties, ref: `road:${String(road.properties.id)}` });
  });
  let drawing: TerraDraw | undefined;
  let marked: maplibregl.Marker | undefined;
  const stopDraw = (): void => {
    drawing?.stop();
    drawing = undefined;
  };
  return {
    setData: (next) => {
      data = next;
      for (const name of ownLayers(mapPalette(mode)).sources) {
        const text = JSON.stringify(data[name] ?? EMPTY);
        const source = map.getSource(name);
        if (source && drawn.get(name) !== text) {
          (source as maplibregl.GeoJSONSource).setData(data[name] ?? EMPTY);
        }
        drawn.set(name, text);
      }
    },
    setLook: (nextMode, nextLang) => {
      if (nextMode === mode && nextLang === lang) return;
      mode = nextMode;
      lang = nextLang;
      map.once('style.load', layers);
      map.setStyle(style(mode, lang, o.tiles), { diff: false });
    },
    setVisible: (group, on) => {
      if (on) hidden.delete(group);
      else hidden.add(group);
      for (const entry of ownLayers(mapPalette(mode)).layers) {
        if (entry.group === group && map.getLayer(entry.layer.id)) {
          map.setLayoutProperty(entry.layer.id, 'visibility', on ? 'visible' : 'none');
        }
      }
    },
    fit: (bounds, foot) => {
      const same = bounds.join() === fitted;
      if (same && moved) return;
      fitted = bounds.join();
      moved = false;
      // Names stand to the right of their marks: there is room for them before the edge.
      const right = Math.max(40, Math.min(120, Math.round(map.getContainer().clientWidth / 5)));
      const padding = { top: 24, left: 40, right, bottom: foot + 32 };
      map.fitBounds(bounds, { padding, animate: !o.still && !same, maxZoom: 13.5 });
    },
    draw: (done) => {
      stopDraw();
      drawing = new TerraDraw({
        adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 7 }),
        modes: [new TerraDrawPolygonMode({ keyEvents: { cancel: 'Backspace', finish: 'Enter' } })],
      });
      drawing.start();
      drawing.setMode('polygon');
      drawing.on('finish', (id) => {
        const f = drawing?.getSnapshotFeature(id);
        if (f?.geometry.type === 'Polygon') {
          done((f.geometry.coordinates[0] ?? []) as [number, number][]);
        }
      });
      map.getCanvas().focus();
    },
    stopDraw,
    zoom: (by) => {
      moved = true;
      map.zoomTo(map.getZoom() + by, { animate: !o.still });
    },
    centre: () => {
      const c = map.getCenter();
      return [c.lng, c.lat];
    },
    mark: (at) => {
      marked ??= new maplibregl.Marker({ color: mapPalette(mode).ink }).setLngLat(at).addTo(map);
      marked.setLngLat(at);
      if (!map.getBounds().contains(at)) map.jumpTo({ center: at });
    },
    remove: () => {
      stopDraw();
      map.remove();
    },
  };
}
