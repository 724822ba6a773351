import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { AlertData } from '@vong-gac/contracts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy';
import type { Hit } from './history';

/** How a receiver answers. 410 switches it off: a kind of its own. */
export const MANNERS = ['well', 'status-500', 'no-answer', 'too-many', 'reset', 'slow', 'half-answer', 'redirect', 'a-byte-a-second', 'gone'] as const;
export type Manner = (typeof MANNERS)[number];

const SLOW_MS = 3_000;

/** The system of a police body, behind a proxy of its own: notes each request that came whole, and answers as it is told to. */
export class PoliceSystem {
  manner: Manner = 'well';
  id = '';
  hits: Hit[] = [];
  /** Called for each message that was taken. */
  onTaken: (data: AlertData) => void = () => undefined;
  private readonly server: Server;

  private constructor(
    readonly bodyId: string,
    readonly secret: string,
    readonly proxy: TcpProxy,
  ) {
    this.server = createServer((request, response) => void this.take(request, response));
  }

  static async open(bodyId: string, name: string): Promise<PoliceSystem> {
    const system = new PoliceSystem(bodyId, `whsec_${Buffer.from(`only for the faults of ${name}, thirty bytes`).toString('base64')}`, await tcpProxy());
    await new Promise<void>((resolve) => system.server.listen(0, '127.0.0.1', resolve));
    system.proxy.target = (system.server.address() as AddressInfo).port;
    return system;
  }

  get url(): string {
    return `http://127.0.0.1:${this.proxy.port}/${this.bodyId}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // the sender gave up: it did not come whole
    }
    const body = Buffer.concat(parts).toString('utf8');
    const hit: Hit = { at: Date.now(), receiverId: this.id, deliveryId: String(request.headers['webhook-id']), signed: this.isSigned(request, body), body, answer: 'refused' };
    this.hits.push(hit);
    this.answer(request, response, hit);
  }

  private isSigned(request: IncomingMessage, body: string): boolean {
    try {
      new Webhook(this.secret).verify(body, Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
      return true;
    } catch {
      return false;
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse, hit: Hit): void {
    const accept = (end: () => unknown) => {
      if (request.socket.destroyed) return;
      hit.answer = 'accepted';
      end();
      const { data }: { data: AlertData } = JSON.parse(hit.body);
      this.onTaken(data);
    };
    switch (this.manner) {
      case 'well':
        return accept(() => response.writeHead(204).end());
      case 'slow':
        return void setTimeout(() => accept(() => response.writeHead(200).end('đã nhận')), SLOW_MS).unref();
      case 'half-answer':
        // The status line decides: what follows it may never come.
        return accept(() => response.writeHead(200, { 'content-length': '100' }).flushHeaders());
      case 'status-500':
        return void response.writeHead(500).end('bận');
      case 'too-many':
        return void response.writeHead(429, { 'retry-after': '2' }).end();
      case 'redirect':
        return void response.writeHead(301, { location: 'http://127.0.0.1:9/' }).end();
      case 'reset':
        return void request.socket.resetAndDestroy();
      case 'gone':
        return void response.writeHead(410).end();
      case 'a-byte-a-second':
        return drip(request);
      case 'no-answer':
        return undefined;
    }
  }
}

/** Never comes to its end: whoever asked has given up before the status line is whole. */
function drip(request: IncomingMessage): void {
  const left = [...'HTTP/1.1 204'];
  const timer = setInterval(() => {
    const next = left.shift();
    if (next === undefined || request.socket.destroyed) clearInterval(timer);
    else request.socket.write(next);
  }, 1_000);
}
