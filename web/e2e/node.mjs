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
  return started(bin, home, dir, port);
}

/** A served real node that nobody has an account on; `code` is its set-up code. */
export async function serveReal(bin) {
  const home = mkdtempSync(join(tmpdir(), 'anlan-e2e-'));
  const dir = join(home, 'node');
  const made = execFileSync(bin, ['init', '--dir', dir, '--json'], { stdio: 'pipe' });
  const code = JSON.parse(made.toString()).setup_code;
  return { ...(await started(bin, home, dir, 0)), code };
}

async function started(bin, home, dir, port) {
  const args = ['serve', '--dir', dir, '--port', String(port), '--json'];
  const child = spawn(bin, args, { stdio: 'pipe' });
  let said = '';
  let base;
  child.stdout.on('data', (b) => (said += b));
  child.stderr.on('data', (b) => (said += b));
  const stop = async () => {
    child.kill('SIGINT');
    await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done()));
    rmSync(home, { recursive: true, force: true });
  };
  const ready = async () => {
    base = `http://${/"address":"([^"]+)"/.exec(said)?.[1]}`;
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
  return { base, dir, pid: child.pid, stop };
}
