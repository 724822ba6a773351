import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry as MetricsRegistry } from 'prom-client';

/** What a probe says: reasons are sentences for the operator, empty when all is well. */
export interface Probe {
  ok: boolean;
  reasons: string[];
}

export interface Probes {
  /** Red = start this process again. */
  live(): Probe;
  /** Red = it waits for something (Kafka, Postgres, an operator); starting it again helps nothing. */
  ready(): Probe;
}

export const ALL_WELL: Probe = { ok: true, reasons: [] };

/** A metrics registry of this process, with Node's own figures. */
export function createMetrics(service: string): MetricsRegistry {
  const metrics = new MetricsRegistry();
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics });
  return metrics;
}

/** /health/live, /health/ready and /metrics of a worker. Answers GET and HEAD only; holds no connection open. */
export class HealthServer {
  private readonly server: Server;

  constructor(
    private readonly probes: Probes,
    private readonly metrics: MetricsRegistry,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.requestTimeout = 5_000;
    this.server.headersTimeout = 5_000;
    this.server.keepAliveTimeout = 1_000;
  }

  /** @returns the address that it listens on, `http://host:port`. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (cause) => reject(new Error(`cannot listen on ${host}:${port}; set HEALTH_PORT to a free port (0 chooses one)`, { cause })));
      this.server.listen(port, host, resolve);
    });
    return `http://${host.includes(':') ? `[${host}]` : host}:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'GET only\n');
    if (path === '/health/live') return sendProbe(response, this.probes.live());
    if (path === '/health/ready') return sendProbe(response, this.probes.ready());
    if (path === '/metrics') {
      try {
        return send(response, 200, this.metrics.contentType, await this.metrics.metrics());
      } catch (error) {
        return send(response, 500, 'text/plain', `metrics cannot be read: ${String(error)}\n`);
      }
    }
    send(response, 404, 'text/plain', '/health/live, /health/ready, /metrics\n');
  }
}

function sendProbe(response: ServerResponse, probe: Probe): void {
  send(response, probe.ok ? 200 : 503, 'application/json', `${JSON.stringify(probe)}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
