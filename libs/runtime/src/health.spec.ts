import { createMetrics, HealthServer, type Probe } from './health';

describe('HealthServer', () => {
  it('answers live, ready with its reasons, metrics, and nothing else', async () => {
    const ready: Probe = { ok: false, reasons: ['Kafka is away since 10:00'] };
    const server = new HealthServer({ live: () => ({ ok: true, reasons: [] }), ready: () => ready }, createMetrics('sample'));
    const url = await server.listen('127.0.0.1', 0);
    try {
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      const answer = await fetch(`${url}/health/ready`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual(ready);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_resident_memory_bytes{service="sample"}');
      expect((await fetch(`${url}/other`)).status).toBe(404);
      expect((await fetch(`${url}/health/live`, { method: 'POST' })).status).toBe(405);
    } finally {
      await server.close();
    }
  });

  it('says which variable to change when its port is taken', async () => {
    const probes = { live: () => ({ ok: true, reasons: [] }), ready: () => ({ ok: true, reasons: [] }) };
    const first = new HealthServer(probes, createMetrics('a'));
    const url = new URL(await first.listen('127.0.0.1', 0));
    await expect(new HealthServer(probes, createMetrics('b')).listen('127.0.0.1', Number(url.port))).rejects.toThrow('HEALTH_PORT');
    await first.close();
  });
});
