import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './at-end';
import { waitFor } from './wait-for';

export interface Hit {
  at: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** As it came: a signature covers the bytes. */
  body: Buffer;
  /** 1 for the first request that this receiver got. */
  number: number;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  delayMs?: number;
  /** No answer, the connection is reset: `before` reading the outcome could be known, or `after-headers` and part of a body. */
  fault?: 'reset' | 'hang' | 'hang-after-headers';
}

export interface WebhookReceiver {
  url: string;
  hits: Hit[];
  /** Replace it to program the next answers. 204 for all at the start. */
  answer: (hit: Hit) => Answer | Promise<Answer>;
  waitForHits(count: number, timeoutMs?: number): Promise<Hit[]>;
}

/** A receiver of webhooks that keeps every request, and answers as it is told. */
export async function webhookReceiver(path = '/hook'): Promise<WebhookReceiver> {
  const hits: Hit[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // the sender gave up: not a hit
    }
    const hit: Hit = { at: Date.now(), method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts), number: hits.length + 1 };
    hits.push(hit);
    const { status = 204, headers = {}, body, delayMs = 0, fault } = await receiver.answer(hit);
    const reply = () => {
      if (fault === 'hang') return;
      if (fault === 'reset') return void request.socket.resetAndDestroy();
      response.writeHead(status, fault ? { ...headers, 'content-length': '100' } : headers);
      if (fault === 'hang-after-headers') response.flushHeaders();
      else response.end(body);
    };
    if (delayMs === 0) return reply();
    const timer = setTimeout(() => (timers.delete(timer), reply()), delayMs);
    timers.add(timer);
  });
  const receiver: WebhookReceiver = {
    url: '',
    hits,
    answer: () => ({}),
    waitForHits: async (count, timeoutMs = 15_000) => {
      await waitFor(() => hits.length >= count, { what: `${count} requests at the receiver (it has ${hits.length} at the start)`, timeoutMs });
      return hits;
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  atEnd(() => {
    for (const timer of timers) clearTimeout(timer);
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}
