import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { isJsonObject, type AlertData } from '@vong-gac/contracts';
import { Webhook } from 'standardwebhooks';

/** What reached a police body. */
export interface Received {
  bodyId: string;
  data: AlertData;
  /** Milliseconds. */
  at: number;
}

const BODY_BYTES = 64 * 1024;

/** Stands for the systems of police bodies: a real HTTP server that checks the signature of each message and drops repeats by their id. */
export class PoliceReceiver {
  private readonly server: Server;
  private readonly secrets = new Map<string, string>();
  private readonly seen = new Set<string>();
  /** Messages that came again under an id already taken, and such whose signature did not fit. */
  repeats = 0;
  refused = 0;

  constructor(private readonly onAlert: (received: Received) => void) {
    this.server = createServer((request, response) => {
      this.take(request).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(0, '127.0.0.1', resolve));
  }

  /** An address and a secret of its own for a body. */
  register(bodyId: string): { url: string; secret: string } {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    this.secrets.set(`/${bodyId}`, secret);
    return { url: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${bodyId}`, secret };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage): Promise<number> {
    const path = request.url ?? '';
    const secret = this.secrets.get(path);
    if (request.method !== 'POST' || secret === undefined) return 404;
    const body = await read(request);
    if (body === null) return 413;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    let event: unknown;
    try {
      event = new Webhook(secret).verify(body, headers);
    } catch {
      this.refused += 1;
      return 401;
    }
    const id = headers['webhook-id'] ?? '';
    if (this.seen.has(id)) {
      this.repeats += 1;
      return 204;
    }
    this.seen.add(id);
    if (isJsonObject(event) && isAlertData(event.data)) this.onAlert({ bodyId: path.slice(1), data: event.data, at: Date.now() });
    return 204;
  }
}

/** The signature vouches for the sender, and the sender for the shape. */
const isAlertData = (data: unknown): data is AlertData => isJsonObject(data) && typeof data.alertId === 'string' && typeof data.change === 'string';

async function read(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
