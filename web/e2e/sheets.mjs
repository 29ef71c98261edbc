// Sheets and strips of the event board, to look at: node e2e/sheets.mjs [base].
import { join } from 'node:path';
import { launch, page } from './browser.mjs';
import { start } from './mock/server.mjs';

const live = process.argv[2];
const server = live ? undefined : await start(8404);
const base = live ?? 'http://127.0.0.1:8404';
const out = join(import.meta.dirname, 'shots');
const browser = await launch();
const look = { width: 1440, height: 900, lang: process.env.ANLAN_SHOT_LANG ?? 'zh', mode: process.env.ANLAN_SHOT_MODE ?? 'light' };
const p = await page(browser, look, base);
await p.goto(base);
await p.request.post(`${base}/api/v1/session`, { data: { account: process.env.ANLAN_ACCOUNT ?? 'county.duty' }, headers: { 'idempotency-key': `s${Date.now()}` } });
await p.goto(`${base}/#/event`);
await p.reload();
await p.locator('.criterion').first().waitFor();
await p.waitForTimeout(1500);
const steps = { why: ['w'], report: ['r'], call: ['x'], approve: ['a'], other: ['c'], relief: ['6', 'w'], diff: ['7'], palette: ['Control+k'], keys: ['Shift+?'] };
for (const [name, keys] of Object.entries(steps)) {
  for (const k of keys) await p.keyboard.press(k);
  await p.waitForTimeout(name === 'diff' ? 3000 : 700);
  await p.screenshot({ path: join(out, `sheet-${name}.png`) });
  await p.keyboard.press('Escape');
  await p.keyboard.press('Escape');
  await p.keyboard.press('2');
}
await p.pdf({ path: join(out, 'event.pdf'), format: 'A4' });
await p.emulateMedia({ media: 'print' });
console.log(p.faults);
await browser.close();
server?.closeAllConnections();
server?.close();
process.exit(0);
