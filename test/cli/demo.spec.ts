import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../support';
import { cli } from './run';

interface Summary {
  published: number;
  stored: number;
  duplicate: number;
  quarantined: Record<string, number>;
  alerts: number;
  delivered: number;
  acknowledged: number;
  escalated: number;
  latencyMs: { p50: number; p99: number };
  check: string;
}

/** Kills dispatch when the first alert has arrived. */
function killDispatch(): (err: string) => void {
  let killed = false;
  return (err) => {
    const pid = /dispatch (\d+)/.exec(err)?.[1];
    if (killed || pid === undefined || !err.includes('TIN BÁO MỚI')) return;
    killed = true;
    process.kill(Number(pid), 'SIGKILL');
  };
}

describe('the demo', () => {
  it('lives through the peak day, adds up though a service is killed on the way, and leaves nothing behind', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vong-gac-demo-'));
    atEnd(() => rmSync(dir, { recursive: true, force: true }));
    const logsOfDead = join(dir, 'demo-logs-4194305'); // a process number that Linux never gives
    mkdirSync(logsOfDead);
    const { code, out, err } = await cli(['demo', '--exit', '--json', '--speed', '3200'], { LOCAL_DIR: dir, LOCAL_STACK: process.env.LOCAL_STACK ?? 'auto' }, undefined, killDispatch());
    expect({ code, err: code === 0 ? '' : err.slice(-2_000) }).toEqual({ code: 0, err: '' });

    const summary = JSON.parse(out) as Summary;
    expect(Object.keys(summary)).toEqual(['published', 'stored', 'duplicate', 'quarantined', 'alerts', 'delivered', 'acknowledged', 'escalated', 'latencyMs', 'check']);
    const quarantined = Object.values(summary.quarantined).reduce((sum, count) => sum + count, 0);
    expect(summary.stored + summary.duplicate + quarantined).toBe(summary.published);
    expect(summary.quarantined).toEqual({ 'not-json': 2, 'unknown-publisher': 1, 'unknown-site': 1, 'invalid-data': 2, 'unknown-type': 1, 'conflicting-duplicate': 1 });
    expect(summary.check).toBe('ok');
    expect(summary.alerts).toBe(10);
    expect(summary.delivered).toBe(summary.alerts);
    // The officer leaves one alone: that one, and no other, goes up to the province.
    expect(summary.acknowledged).toBe(summary.alerts - 1);
    expect(summary.escalated).toBe(1);
    expect(summary.latencyMs.p50).toBeGreaterThan(0);
    expect(summary.latencyMs.p99).toBeGreaterThanOrEqual(summary.latencyMs.p50);

    expect(err).toMatch(/dispatch \(process \d+\) died \(SIGKILL\): it is started again/);
    expect(err).toContain('[DIỄN TẬP]');
    expect(err).toContain('[THỬ]');
    expect(err).toMatch(/Công an tỉnh Phú Thọ[\s\S]*CHUYỂN CẤP TRÊN · Mang, sử dụng hung khí/);
    expect(err).not.toContain('\u001B[');
    expect(existsSync(logsOfDead)).toBe(false);
    expect(readdirSync(dir).filter((name) => name.startsWith('demo-') && existsSync(join(dir, name, 'stack.json')))).toEqual([]);
  }, 180_000);
});
