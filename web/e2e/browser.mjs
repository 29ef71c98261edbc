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
