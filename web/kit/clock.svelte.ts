// The time that everything is judged by: the node's, which in an exercise is the scenario's.
// `second` moves each second for the head; `coarse` each ten seconds for ages and clocks, so
// that an idle board stays idle.

interface Clock {
  second: number;
  coarse: number;
  speed: number;
}

export const clock = $state<Clock>({ second: Date.now(), coarse: Date.now(), speed: 1 });

let baseNode = Date.now();
let baseHere = Date.now();

/** Current node time in Unix milliseconds, without waiting for the next tick. */
export function nodeNow(): number {
  return baseNode + (Date.now() - baseHere) * clock.speed;
}

/** Takes the node's time (Unix ms) and its speed (0 paused, 1, 10, 60) as heard just now. */
export function setNodeTime(nodeMs: number, speed: number): void {
  baseNode = nodeMs;
  baseHere = Date.now();
  clock.speed = speed;
  tick(true);
}

function tick(force: boolean): void {
  const now = nodeNow();
  clock.second = now;
  if (force || Math.abs(now - clock.coarse) >= 10_000) clock.coarse = now;
}

/** Starts ticking; returns what stops it. */
export function startClock(): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) tick(false);
  }, 1000);
  const wake = (): void => tick(true);
  document.addEventListener('visibilitychange', wake);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', wake);
  };
}
