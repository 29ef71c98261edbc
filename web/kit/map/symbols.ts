// Patterns of warned areas and plates of things, drawn here at twice the size and given to the map
// as images. Each pattern differs in form, not only in colour.
import type { MapPalette } from './palette.ts';

export interface MapImage {
  id: string;
  data: ImageData;
}

const RATIO = 2;

function draw(size: number, paint: (c: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = size * RATIO;
  canvas.height = size * RATIO;
  const c = canvas.getContext('2d');
  if (!c) return new ImageData(size * RATIO, size * RATIO);
  c.scale(RATIO, RATIO);
  paint(c);
  return c.getImageData(0, 0, canvas.width, canvas.height);
}

function lines(c: CanvasRenderingContext2D, colour: string, width: number, path: number[][]): void {
  c.strokeStyle = colour;
  c.lineWidth = width;
  for (const [x1, y1, x2, y2] of path) {
    c.beginPath();
    c.moveTo(x1 ?? 0, y1 ?? 0);
    c.lineTo(x2 ?? 0, y2 ?? 0);
    c.stroke();
  }
}

/** Dots, level lines, diagonals, cross-hatch: blue, yellow, orange, red. */
export function patterns(p: MapPalette): MapImage[] {
  const diagonal = (s: number): number[][] => [
    [-1, s + 1, s + 1, -1],
    [-1, 1, 1, -1],
    [s - 1, s + 1, s + 1, s - 1],
  ];
  const back = (s: number): number[][] => [
    [-1, -1, s + 1, s + 1],
    [s - 1, -1, s + 1, 1],
    [-1, s - 1, 1, s + 1],
  ];
  return [
    {
      id: 'pattern-blue',
      data: draw(9, (c) => {
        c.fillStyle = p.blue;
        c.beginPath();
        c.arc(4.5, 4.5, 1.6, 0, 7);
        c.fill();
      }),
    },
    { id: 'pattern-yellow', data: draw(8, (c) => lines(c, p.yellow, 2.4, [[0, 4, 8, 4]])) },
    { id: 'pattern-orange', data: draw(8, (c) => lines(c, p.orange, 1.8, diagonal(8))) },
    {
      id: 'pattern-red',
      data: draw(7, (c) => lines(c, p.red, 0.9, [...diagonal(7), ...back(7)])),
    },
    { id: 'pattern-none', data: draw(8, (c) => lines(c, p.ink, 0.8, diagonal(8))) },
  ];
}

const ICONS: Record<string, string> = {
  hazard: 'M8 2.5L14 13.5H2zM8 6.500v3.500M8 11.500v1',
  shelter: 'M2 8L8 2.500 14 8M4 7v6.500h8V7',
  hospital: 'M8 3v10M3 8h10',
  school: 'M2 6.500L8 4l6 2.500L8 9zM5 8v3.500c2 1.300 4 1.300 6 0V8',
  depot: 'M5.500 13V3H9a2.800 2.800 0 0 1 0 5.600H5.500',
  enterprise: 'M8 2l5.200 3v6L8 14l-5.200-3V5z',
  boat: 'M2 9h12l-2 4H4zM8 9V3l4 4H8',
  air: 'M8 8m-1.800 0a1.800 1.800 0 1 0 3.600 0a1.800 1.800 0 1 0-3.600 0M3 3l10 10M13 3L3 13',
  team: 'M5 8m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M11 8m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  landing: 'M5 3v10M11 3v10M5 8h6',
  site: 'M4 4h8v8H4z',
};

/** Plates 22 px: filled = own, outlined = another body's, dashed = planned. */
export function plates(p: MapPalette): MapImage[] {
  const out: MapImage[] = [];
  for (const [name, path] of Object.entries(ICONS)) {
    for (const own of [true, false]) {
      out.push({
        id: `plate-${name}${own ? '' : '-other'}`,
        data: draw(22, (c) => {
          c.beginPath();
          c.roundRect(1, 1, 20, 20, 3);
          c.fillStyle = own ? p.ink : p.plate;
          c.fill();
          c.lineWidth = 1.5;
          c.strokeStyle = p.ink;
          c.stroke();
          c.translate(3, 3);
          c.lineWidth = 1.8;
          c.lineJoin = 'round';
          c.strokeStyle = own ? p.plate : p.ink;
          c.stroke(new Path2D(path));
        }),
      });
    }
  }
  out.push({ id: 'road-closed', data: draw(20, (c) => closed(c, p)) });
  out.push({ id: 'cut-off', data: draw(22, (c) => ring(c, p)) });
  return out;
}

function closed(c: CanvasRenderingContext2D, p: MapPalette): void {
  c.fillStyle = p.plate;
  c.strokeStyle = p.late;
  c.lineWidth = 2;
  c.beginPath();
  c.roundRect(2, 2, 16, 16, 2);
  c.fill();
  c.stroke();
  lines(c, p.late, 2.2, [
    [6, 6, 14, 14],
    [14, 6, 6, 14],
  ]);
}

function ring(c: CanvasRenderingContext2D, p: MapPalette): void {
  c.fillStyle = p.plate;
  c.beginPath();
  c.arc(11, 11, 9, 0, 7);
  c.fill();
  c.strokeStyle = p.ink;
  c.lineWidth = 2.2;
  c.setLineDash([4, 3]);
  c.beginPath();
  c.arc(11, 11, 8.5, 0, 7);
  c.stroke();
  c.setLineDash([]);
  c.fillStyle = p.ink;
  c.beginPath();
  c.arc(11, 11, 4, 0, 7);
  c.fill();
}
