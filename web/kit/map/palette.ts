// Colours of the base map by mode: quiet grey-green, so that only Anlan's own layers carry colour.
import type { Mode } from '../locale.svelte.ts';

export interface MapPalette {
  land: string;
  water: string;
  wood: string;
  built: string;
  road: string;
  casing: string;
  contour: string;
  bound: string;
  label: string;
  ink: string;
  plate: string;
  late: string;
  red: string;
  orange: string;
  yellow: string;
  yellow_edge: string;
  blue: string;
  acc: string;
}

const light: MapPalette = {
  land: '#F3F4F1',
  water: '#C9DDE6',
  wood: '#E4EBDD',
  built: '#E1DCD3',
  road: '#FFFFFF',
  casing: '#B9C0C2',
  contour: '#DEDCD2',
  bound: '#8C7F9A',
  label: '#2B373D',
  ink: '#10181C',
  plate: '#FFFFFF',
  late: '#B3122A',
  red: '#BE0F26',
  orange: '#E8730C',
  yellow: '#C9A200',
  yellow_edge: '#8A6A00',
  blue: '#1D5FC4',
  acc: '#0A665E',
};

const dark: MapPalette = {
  land: '#171D20',
  water: '#0F2A38',
  wood: '#182420',
  built: '#262E32',
  road: '#4A555B',
  casing: '#0E1417',
  contour: '#242B2C',
  bound: '#7F7391',
  label: '#D3DCE0',
  ink: '#E7EDEF',
  plate: '#161E22',
  late: '#FF8A8F',
  red: '#D3202F',
  orange: '#EC7A16',
  yellow: '#FFE05A',
  yellow_edge: '#FFE05A',
  blue: '#2F6FD6',
  acc: '#62CDBF',
};

const wall: MapPalette = {
  ...dark,
  land: '#0A0F11',
  water: '#0A2230',
  wood: '#0D1714',
  built: '#141B1E',
  road: '#5E6B72',
  casing: '#05090B',
  contour: '#182022',
  bound: '#948AA6',
  label: '#EAF0F2',
  ink: '#F5F8F9',
  plate: '#0C1316',
  late: '#FF9DA1',
  acc: '#7BE0D2',
};

/** Palette of a mode; sun uses the light map. */
export function mapPalette(mode: Mode): MapPalette {
  if (mode === 'dark') return dark;
  return mode === 'wall' ? wall : light;
}
