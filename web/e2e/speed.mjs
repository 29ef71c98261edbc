// Measures, asserts nothing: event board filled and usable, press to paint while 100 changes a
// second arrive, long tasks. node e2e/speed.mjs [base]; without a base the mock answers.
import { launch, page } from './browser.mjs';
import * as d from './mock/data.mjs';
import { announce, start } from './mock/server.mjs';

const live = process.argv[2];
const server = live ? undefined : await start(8405);
const base = live ?? 'http://127.0.0.1:8405';
const browser = await launch();
const p = await page(browser, { width: 1440, height: 900, lang: 'zh', mode: 'light' }, base);
await p.goto(base);
await p.request.post(`${base}/api/v1/session`, {
  data: { account: process.env.ANLAN_ACCOUNT ?? 'county.duty' },
  headers: { 'idempotency-key': `speed-${Date.now()}` },
});
const began = Date.now();
await p.goto(`${base}/#/event`);
await p.reload();
await p.locator('.criterion').first().waitFor();
await p.locator('#panel-1 .figure').first().waitFor();
const filled = Date.now() - began;
await p.waitForTimeout(2000);
await p.evaluate(() => {
  globalThis.long = [];
  new PerformanceObserver((l) => globalThis.long.push(...l.getEntries().map((e) => e.duration))).observe({
    type: 'longtask',
  });
});
const kinds = ['callout', 'task', 'road_report', 'casualty', 'team', 'situation'];
let n = 0;
const storm = server
  ? setInterval(() => {
      for (let i = 0; i < 5; i += 1) {
        n += 1;
        d.calls.cells[n % d.calls.cells.length].tries += 1;
        d.impact.people.value += 1;
        d.forces.items[n % d.forces.items.length].eta_s += 1;
        if (!process.env.STILL_MAP) d.map.teams.features[0].geometry.coordinates[0] += 0.0001;
        announce(kinds[n % kinds.length], String(n));
      }
    }, 50)
  : undefined;
const times = [];
for (let i = 0; i < 60; i += 1) {
  const key = i % 2 === 0 ? 'w' : 'Escape';
  times.push(
    await p.evaluate(
      (k) =>
        new Promise((done) => {
          const from = performance.now();
          const code = k === 'w' ? 'KeyW' : 'Escape';
          window.dispatchEvent(new KeyboardEvent('keydown', { key: k, code, bubbles: true }));
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - from), 0));
        }),
      key,
    ),
  );
  await p.waitForTimeout(80);
}
clearInterval(storm);
times.sort((a, b) => a - b);
const long = await p.evaluate(() => globalThis.long);
const heap = await p.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
console.log(
  JSON.stringify({
    event_board_filled_ms: filled,
    press_to_paint_ms: { p50: times[29], p98: times[58] },
    changes_per_second: server ? 100 : 0,
    long_tasks: { count: long.length, worst_ms: Math.max(0, ...long) },
    heap_mb: Math.round(heap / 1e6),
  }),
);
await browser.close();
server?.closeAllConnections();
server?.close();
process.exit(0);
