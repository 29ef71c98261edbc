// Chromium for the tests: Debian's, headless, with no background requests.
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.ANLAN_CHROMIUM ?? '/usr/bin/chromium';

export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--enable-unsafe-swiftshader',
    ],
  });
}

/** A page with size, language and look; every request to another host is an error of the test. */
export async function page(browser, { width, height, lang, mode }, base) {
  const context = await browser.newContext({ viewport: { width, height }, locale: lang === 'en' ? 'en-US' : 'zh-CN' });
  await context.addInitScript(([l, m]) => {
    if (!localStorage.getItem('anlan.lang')) localStorage.setItem('anlan.lang', l);
    if (!localStorage.getItem('anlan.mode')) localStorage.setItem('anlan.mode', m);
  }, [lang, mode]);
  context.setDefaultTimeout(Number(process.env.ANLAN_E2E_WAIT_MS ?? 30_000));
  const p = await context.newPage();
  p.outside = [];
  p.faults = [];
  p.on('request', (r) => {
    const u = new URL(r.url());
    if (/^https?:$/.test(u.protocol) && u.origin !== new URL(base).origin) p.outside.push(r.url());
  });
  p.on('pageerror', (e) => p.faults.push(String(e.stack ?? e)));
  p.on('console', (m) => m.type() === 'error' && p.faults.push(m.text()));
  return p;
}

let entries = 0;

/** A window of an account that is signed in, at a board where one is named. */
export async function signedIn(browser, look, base, account, board) {
  const p = await page(browser, look, base);
  await p.request.post(`${base}/api/v1/session`, {
    data: { account }, headers: { 'idempotency-key': `in-${account}-${(entries += 1)}` },
  });
  if (!board) return p;
  await p.goto(`${base}/#/${board}`);
  await p.locator(`[data-board=${board.split('/')[0]}]`).first().waitFor();
  return p;
}

/** Chooses by words in a field of choices: a plain list, or one that is typed into. */
export async function choose(field, words) {
  if ((await field.evaluate((el) => el.tagName)) === 'SELECT') {
    const found = await field.evaluate((el, w) => [...el.options].find((o) => o.text.includes(w) || o.value === w)?.value, words);
    if (!found) throw new Error(`no choice ${words}: ${await field.innerText()}`);
    await field.selectOption(found);
    return;
  }
  const p = field.page();
  await field.fill(words);
  await p.locator('.pick-row[data-highlighted]').waitFor();
  // The open list has the field's name too: the key goes to what has the focus.
  await p.keyboard.press('Enter');
}

/** Signs in with an exercise account: one press, or found by its name where there are many. */
export async function enter(p, account) {
  const button = p.getByRole('button', { name: new RegExp(account.replaceAll('.', '\\.')) });
  const find = p.locator('#find-post');
  await button.or(find).first().waitFor();
  if (await button.count()) await button.first().press('Enter');
  else await choose(find, account);
  await p.locator('[data-board]').first().waitFor();
}
