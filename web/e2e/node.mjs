// Starts the program itself on a made-up county in a folder of its own, and stops it again.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The binary under test: ANLAN_BIN, else a release or debug build beside the sources. */
export function binary() {
  const named = process.env.ANLAN_BIN;
  const found = [named, join(root, 'target/release/anlan'), join(root, 'target/debug/anlan')];
  return found.find((p) => p && existsSync(p));
}

/** A served county; `stop` ends it and removes its folder. */
export async function serve(bin, { size = 'village', seed = 7, port = 8460 } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'anlan-e2e-'));
  const dir = join(home, 'county');
  execFileSync(bin, ['exercise', 'new', '--seed', String(seed), '--size', size, '--out', dir], {
    stdio: 'pipe',
  });
  const child = spawn(bin, ['serve', '--dir', dir, '--port', String(port)], { stdio: 'pipe' });
  let said = '';
  child.stdout.on('data', (b) => (said += b));
  child.stderr.on('data', (b) => (said += b));
  const base = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGINT');
    await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done()));
    rmSync(home, { recursive: true, force: true });
  };
  const ready = async () => {
    try {
      return (await fetch(`${base}/api/v1/session`)).ok;
    } catch {
      return false;
    }
  };
  const until = Date.now() + 120_000;
  while (!(await ready())) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`the program did not start: ${said}`);
    }
    await new Promise((go) => setTimeout(go, 100));
  }
  return { base, dir, stop };
}
