// The spot that was looked for last: the map goes there when the event board is open.
export const look = $state<{ at: [number, number] | undefined }>({ at: undefined });

/** The box around a spot, some kilometres wide. */
export function around([lon, lat]: [number, number]): [number, number, number, number] {
  const half = 0.02;
  return [lon - half, lat - half, lon + half, lat + half];
}
