// Measures the event board on the program itself, asserts nothing: filled and focused, press to
// paint while changes come in, long tasks, memory of the node. `make bench-board`; the county's
// size and how many changes a second are asked for: ANLAN_E2E_SIZE, ANLAN_CHANGES.
import { readFileSync } from 'node:fs';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const FILLS = 6;
const PRESSES = 60;
/** One account is held to a rate; so many posts write at once. */
const WRITERS = 16;
const wanted = Number(process.env.ANLAN_CHANGES ?? 100);
const size = process.env.ANLAN_E2E_SIZE ?? 'county';
const bin = binary();
if (!bin) throw new Error('no anlan binary: make release, or name it in ANLAN_BIN');

const node = await serve(bin, { size, port: 0 });
const browser = await launch();
const look = { width: 1366, height: 768, lang: 'zh', mode: 'light' };
const round = (ms) => Math.round(ms);
const enter = (account) => signedIn(browser, look, node.base, account);

// Filled: every panel has its first row, and the first thing to press has the focus.
const p = await enter('county.duty');
const filled = [];
for (let i = 0; i < FILLS; i += 1) {
  await p.goto('about:blank');
  const from = performance.now();
  await p.goto(`${node.base}/#/event`, { waitUntil: 'commit' });
  await Promise.all([
    p.locator('#panel-1 .figure').first().waitFor(),
    p.locator('#panel-2 .criterion').first().waitFor(),
    p.locator('#panel-5 .open').first().waitFor(),
    p.locator('.map canvas').first().waitFor(),
  ]);
  await p.locator('#main').focus();
  await p.keyboard.press('1');
  await p.locator('#panel-1 :focus').waitFor();
  filled.push(round(performance.now() - from));
}

// Changes: figures of townships, each by its own post,
// each a signed command that is answered before the next is sent.
const read = async (path) => (await (await p.request.get(`${node.base}/api/v1${path}`)).json()).items;
const event = (await read('/event?limit=1'))[0];
// More people with each change: a figure that falls wants a reason.
let people = 10_000;
let sent = 0;
let refused = 0;
let ends = false;
const pump = async (who, k, of) => {
  const gap = (1000 * of) / wanted;
  for (let n = 0; !ends; n += 1) {
    const from = performance.now();
    people += 1;
    const answer = await fetch(`${node.base}/api/v1/commands`, {
      method: 'POST',
      headers: { cookie: who.cookie, 'content-type': 'application/json', 'idempotency-key': `change-${k}-${n}` },
      body: JSON.stringify({
        entity: 'situation', verb: 'count',
        args: {
          event: `event:${event.id}`, place: who.place, moved: people,
          observed_at: event.fields.began_at?.value,
        },
      }),
    });
    const text = await answer.text();
    if (answer.ok) sent += 1;
    else if ((refused += 1) === 1) console.error(text);
    const left = gap - (performance.now() - from);
    if (left > 0) await new Promise((go) => setTimeout(go, left));
  }
};
const writers = [];
for (let k = 1; k <= WRITERS; k += 1) {
  const who = await enter(`township.${k}.duty`);
  const cookie = (await who.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const { place } = await (await who.request.get(`${node.base}/api/v1/session`)).json();
  await who.context().close();
  writers.push({ cookie, place });
}
await p.evaluate(() => {
  globalThis.presses = [];
  globalThis.long = [];
  const kept = (type, list, of, more) =>
    new PerformanceObserver((l) => list.push(...l.getEntries().filter(of).map((e) => e.duration))).observe({ type, ...more });
  kept('event', globalThis.presses, (e) => e.name === 'keydown', { durationThreshold: 16 });
  kept('longtask', globalThis.long, () => true, {});
});
const began = performance.now();
const pumps = writers.map((who, k) => pump(who, k, writers.length));
for (let i = 0; i < PRESSES; i += 1) {
  await p.keyboard.press(i % 2 === 0 ? '1' : '2');
  await p.waitForTimeout(120);
}
ends = true;
await Promise.all(pumps);
const seconds = (performance.now() - began) / 1000;
const seen = await p.evaluate(() => ({ presses: globalThis.presses, long: globalThis.long }));
// A press that painted within a frame is not listed by the browser: it took less than 16 ms.
const times = [...Array.from({ length: PRESSES - seen.presses.length }, () => 16), ...seen.presses]
  .sort((a, b) => a - b);
const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))?.[1];

console.log(JSON.stringify({
  size,
  board_filled_ms: { first: filled[0], later: filled.slice(1) },
  changes_per_second: { asked: wanted, made: round(sent / seconds), refused },
  press_to_paint_ms: {
    presses: PRESSES, p50: times[Math.floor(PRESSES / 2)], p98: times[Math.ceil(PRESSES * 0.98) - 1], worst: times.at(-1),
  },
  long_tasks: { count: seen.long.length, worst_ms: round(Math.max(0, ...seen.long)) },
  node_resident_mb: resident ? round(Number(resident) / 1024) : null,
}, null, 2));
await browser.close();
await node.stop();
