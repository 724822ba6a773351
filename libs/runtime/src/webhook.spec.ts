import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { RETRY_AFTER_MAX_MS, retryAfterMs } from './retry-after';
import { WebhookSender } from './webhook';
import { AddressRefused, addressProblem, guardedLookup, webhookUrl } from './webhook-address';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;
const BODY = '{"specversion":"1.0","data":{"headline":"Đánh nhau ở bãi biển"}}';
const LIMITS = { connectMs: 500, answerMs: 600, bodyMs: 200, bodyBytes: 64 };

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
let answer: Answer;
let server: Server;
let url: string;
const sender = new WebhookSender(LIMITS);

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => answer(request, response, Buffer.concat(parts)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
});
afterAll(async () => {
  await sender.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (to = url) => sender.send({ url: to, secret: SECRET, id: 'msg-1', body: BODY, now: Date.now() });
const status = (code: number, headers: Record<string, string> = {}, body = '') => {
  answer = (_request, response) => response.writeHead(code, headers).end(body);
};

describe('WebhookSender', () => {
  it('sends the exact body with a signature that the receiver can verify', async () => {
    let verified: unknown;
    answer = (request, response, body) => {
      verified = new Webhook(SECRET).verify(body, Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
      expect(body.toString()).toBe(BODY);
      expect(request.headers['webhook-id']).toBe('msg-1');
      expect(request.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      response.writeHead(204).end();
    };
    expect(await send()).toEqual({ outcome: 'delivered', answer: '204 No Content', status: 204 });
    expect(verified).toEqual(JSON.parse(BODY));
  });

  it.each([200, 201, 202, 299])('%d delivers', async (code) => {
    status(code);
    expect((await send()).outcome).toBe('delivered');
  });

  it.each([400, 401, 404, 418, 500, 502])('%d is tried again, without a wait of its own', async (code) => {
    status(code, { 'retry-after': '7' }, 'no');
    expect(await send()).toMatchObject({ outcome: 'retry', afterMs: null });
  });

  it.each([429, 503])('%d honours Retry-After', async (code) => {
    status(code, { 'retry-after': '7' });
    expect(await send()).toMatchObject({ outcome: 'retry', afterMs: 7_000 });
  });

  it('410 is refused', async () => {
    status(410, {}, 'moved out');
    expect(await send()).toEqual({ outcome: 'refused', answer: '410 Gone: moved out', status: 410 });
  });

  it('does not follow a redirect, and says so', async () => {
    let hits = 0;
    answer = (_request, response) => {
      hits++;
      response.writeHead(301, { location: `${url}/elsewhere` }).end();
    };
    const result = await send();
    expect(result.outcome).toBe('retry');
    expect(result.answer).toContain('redirects are not followed');
    expect(hits).toBe(1);
  });

  it('gives up on a receiver that never answers', async () => {
    answer = () => undefined;
    expect(await send()).toEqual({ outcome: 'retry', answer: 'no answer within 600 ms', status: null, afterMs: null });
  });

  it('takes a 2xx as delivered although its body never ends, or comes one byte at a time', async () => {
    answer = (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    };
    const result = await send();
    expect(result.outcome).toBe('delivered');
    expect(result.answer).toMatch(/^200 OK: \.+$/);
  });

  it('reads only so much of an answer, and keeps one printable line of it', async () => {
    status(500, {}, `\u0000line\nline\u2028\u001b[31m${'x'.repeat(100_000)}`);
    const { answer: text } = await send();
    expect(text).toMatch(/^500 Internal Server Error: line line \[31mx+$/);
    expect(text.length).toBeLessThan(110);
  });

  it('tries again after a reset, a refused connection and half a status line sent byte by byte', async () => {
    answer = (request) => request.socket.destroy();
    expect((await send()).outcome).toBe('retry');

    const sockets = new Set<Socket>();
    const slow = createTcpServer((socket) => {
      sockets.add(socket);
      const bytes = [...'HTTP/1.1 200 OK\r\n'];
      const drip = setInterval(() => socket.write(bytes.shift() ?? 'x'), 100);
      socket.on('close', () => clearInterval(drip)).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as AddressInfo;
    const result = await send(`http://127.0.0.1:${port}/`);
    expect(result.outcome).toBe('retry');
    expect(result.answer).toMatch(/within 600 ms/);
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => slow.close(resolve));
    const refused = await send(`http://127.0.0.1:${port}/`);
    expect(refused).toMatchObject({ outcome: 'retry', answer: expect.stringContaining('ECONNREFUSED') });
  });

  it('says in one sentence what to register instead of an unusable URL or secret, and never shows the secret', async () => {
    for (const wrong of ['ftp://127.0.0.1/', 'police.example', 'http://203.0.113.9/', 'http://169.254.169.254/latest']) {
      const result = await send(wrong);
      expect(result).toMatchObject({ outcome: 'retry', answer: expect.stringContaining('register') });
    }
    const result = await sender.send({ url, secret: 'whsec_***', id: 'a', body: BODY, now: 0 });
    expect(result.answer).toContain('register whsec_');
    expect(result.answer).not.toContain('***');
  });
});

describe('an https receiver', () => {
  it('must show a certificate that an authority vouches for', async () => {
    let asked = 0;
    const own = createTlsServer({ key: SELF_SIGNED_KEY, cert: SELF_SIGNED }, (_request, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
    const result = await send(`https://localhost:${(own.address() as AddressInfo).port}/`);
    expect(result).toMatchObject({ outcome: 'retry', answer: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') }); // each Node words the rest differently
    expect(asked).toBe(0);
    own.closeAllConnections();
    await new Promise((resolve) => own.close(resolve));
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-23T16:00:00Z');
  it.each([
    ['0', 0],
    ['7', 7_000],
    ['999999', RETRY_AFTER_MAX_MS],
    ['Mon, 23 Nov 2026 16:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 15:00:00 GMT', 0],
    ['Tue, 24 Nov 2026 16:00:00 GMT', RETRY_AFTER_MAX_MS],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('%s → %s', (header, expected) => expect(retryAfterMs(header, now)).toBe(expected));
});

describe('webhook addresses', () => {
  it.each([
    ['http:', '127.0.0.1', true],
    ['http:', '10.1.2.3', true],
    ['http:', '172.31.0.1', true],
    ['http:', '172.32.0.1', false],
    ['http:', '::1', true],
    ['http:', 'fd00::1', true],
    ['http:', '8.8.8.8', false],
    ['http:', '2001:db8::1', false],
    ['http:', '::ffff:8.8.8.8', false],
    ['https:', '8.8.8.8', true],
    ['https:', '169.254.169.254', false],
    ['https:', '::ffff:169.254.169.254', false],
    ['https:', 'fe80::1', false],
    ['https:', '0.0.0.0', false],
  ])('%s %s usable: %s', (protocol, address, usable) => expect(addressProblem(protocol, address) === null).toBe(usable));

  it('looks at what a name resolves to when it connects', async () => {
    status(204);
    expect((await send(url.replace('127.0.0.1', 'localhost'))).outcome).toBe('delivered');
    const resolved = (protocol: string, name: string) => new Promise((resolve) => guardedLookup(protocol)(name, { all: true }, (error, address) => resolve(error ?? address)));
    expect(await resolved('http:', '8.8.8.8')).toEqual(new AddressRefused('8.8.8.8: 8.8.8.8 is outside the private network, and an alert goes there over https only: register an https URL'));
    expect(await resolved('https:', '8.8.8.8')).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await resolved('https:', '169.254.169.254')).toBeInstanceOf(AddressRefused);
  });

  it('sees through the ways to write an address', () => {
    for (const text of ['http://2130706433/', 'http://[::1]:80/', 'http://0x7f.1/']) expect(webhookUrl(text).protocol).toBe('http:');
    for (const text of ['http://0xa9.254.169.254/', 'https://[fe80::1]/', 'http://[::ffff:808:808]/', 'https://[::ffff:a9fe:a9fe]/']) expect(() => webhookUrl(text)).toThrow('register');
  });
});

/** Made for this test alone, for `localhost`; nothing trusts it. */
const SELF_SIGNED = `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUP6TicfEEjtqG2CC9/rEF4RqgG0swCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE3MjI1M1oYDzIxMjYxMDMw
MTcyMjUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT+ZG83kDISH4mhQ+PDUOvW+yEiWBANjRx4ssi8eDSYKD2jAyYoptTc
jp6v1p488WWow6UoMO8iXF0ZHPxXDtYwo2kwZzAdBgNVHQ4EFgQUIRxPV22kbI8P
wgfK4xRWKjo+McQwHwYDVR0jBBgwFoAUIRxPV22kbI8PwgfK4xRWKjo+McQwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhALLLoB/gWqVqz4MFtKNFyRj8rICS6tIA8jcz5qTaMJiOAiEA9WIhHehV
079UuOO2lpSUE85+5V52Mu8z4RMKzpECoiE=
-----END CERTIFICATE-----`;
const SELF_SIGNED_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwsUcwAD0lPwj63VN
lQ9BJ4strD6EPFJ0Rzw/fA4yYXWhRANCAAT+ZG83kDISH4mhQ+PDUOvW+yEiWBAN
jRx4ssi8eDSYKD2jAyYoptTcjp6v1p488WWow6UoMO8iXF0ZHPxXDtYw
-----END PRIVATE KEY-----`;
