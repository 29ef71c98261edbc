// Screenshots to look at: node e2e/shots.mjs [base] [board ...]. Without a base the mock answers.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, page } from './browser.mjs';
import { start } from './mock/server.mjs';

const out = join(import.meta.dirname, 'shots');
mkdirSync(out, { recursive: true });
const args = process.argv.slice(2);
const live = args[0]?.startsWith('http') ? args.shift() : undefined;
const server = live ? undefined : await start(8401);
const base = live ?? 'http://127.0.0.1:8401';
const account = process.env.ANLAN_ACCOUNT ?? 'county.duty';
const wanted = args.length ? args : ['alert', 'event', 'mine', 'record'];
const browser = await launch();
const looks = [
  { name: 'zh-light-1440', width: 1440, height: 900, lang: 'zh', mode: 'light' },
  { name: 'en-dark-1366', width: 1366, height: 768, lang: 'en', mode: 'dark' },
  { name: 'zh-light-390', width: 390, height: 844, lang: 'zh', mode: 'light' },
];
for (const look of looks) {
  if (process.env.LOOK && !look.name.includes(process.env.LOOK)) continue;
  const p = await page(browser, look, base);
  await p.goto(base);
  if (wanted.includes('sign_in')) await p.screenshot({ path: join(out, `sign_in-${look.name}.png`) });
  await p.request.post(`${base}/api/v1/session`, { data: { account }, headers: { 'idempotency-key': `shot-${Date.now()}` } });
  for (const board of wanted.filter((b) => b !== 'sign_in')) {
    await p.goto(`${base}/#/${board}`);
    await p.reload();
    await p.waitForTimeout(Number(process.env.WAIT ?? 2500));
    await p.screenshot({ path: join(out, `${board.replaceAll('/', '_')}-${look.name}.png`) });
  }
  if (p.outside.length) console.log('outside requests', p.outside);
  if (p.faults.length) console.log(look.name, p.faults.slice(0, 5));
  await p.context().close();
}
await browser.close();
server?.close();
process.exit(0);
