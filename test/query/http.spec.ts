import { connect } from 'node:net';
import OpenApiSchemaValidator from 'openapi-schema-validator';
import { queryWorld, type QueryWorld } from './world';

type Json = Record<string, unknown>;

describe('the api as HTTP', () => {
  let world: QueryWorld;

  beforeAll(async () => {
    world = await queryWorld();
  }, 60_000);

  it.each([
    ['GET', '/nowhere', 404, 'not-found'],
    ['GET', '/v1', 404, 'not-found'],
    ['GET', '/v1/incidents/', 404, 'not-found'],
    ['DELETE', '/v1/incidents', 405, 'method-not-allowed'],
    ['PUT', '/v1/alerts/1/acknowledge', 405, 'method-not-allowed'],
    ['GET', '/v1/alerts/%zz', 400, 'invalid-request'],
    ['GET', `/v1/alerts/${'x'.repeat(300)}`, 400, 'invalid-request'],
    ['POST', '/v1/events', 415, 'unsupported-media-type'],
  ])('answers %s %s with %i as problem+json', async (method, path, status, kind) => {
    const answer = await world.call(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = answer.json<Json>();
    expect(problem).toMatchObject({ type: `urn:vong-gac:problem:${kind}`, status, title: expect.any(String), detail: expect.any(String) });
    expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.js:\d|at async/);
    if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
  });

  it('refuses bodies of other types and sizes', async () => {
    const path = '/v1/alerts/7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77/acknowledge';
    const send = (type: string, body: string) => world.call(path, { method: 'POST', headers: { 'content-type': type }, body });
    expect((await send('text/xml', '<a/>')).status).toBe(415);
    expect((await send('application/cloudevents+json', '{}')).status).toBe(415);
    expect((await send('application/json', JSON.stringify({ by: 'x'.repeat(70_000), revision: 1 }))).status).toBe(413);
    expect((await send('application/json', '"text"')).json()).toMatchObject({ status: 400 });
    expect((await send('application/json', '{"__proto__":{"by":"x"},"constructor":1,"revision":1}')).status).toBe(400);
  });

  it('gives every answer its security headers and an id, the caller’s own where that is a word', async () => {
    for (const path of ['/v1/sites', '/nowhere', '/health/live']) {
      const { headers } = await world.get(path, { 'x-request-id': 'abc-1' });
      expect(headers.get('x-request-id')).toBe('abc-1');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    const strange = await world.get('/nowhere', { 'x-request-id': '<script>' });
    expect(strange.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(strange.json()).toMatchObject({ requestId: strange.headers.get('x-request-id') });
  });

  it('lets no page of another site change anything', async () => {
    const path = '/v1/quarantine/1/discard';
    expect((await world.post(path, {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await world.post(path, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await world.post(path, {}, { origin: world.api.url, 'sec-fetch-site': 'same-origin' })).status).toBe(404);
  });

  it('answers what is not HTTP, and closes', async () => {
    const { hostname, port } = new URL(world.api.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write('GARBAGE\r\n\r\n'));
      socket.on('data', (bytes) => (text += bytes.toString())).on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('urn:vong-gac:problem:not-http');
  });

  it('serves health and figures', async () => {
    expect((await world.get('/health/live')).json()).toEqual({ ok: true, reasons: [] });
    expect((await world.get('/health/ready')).json()).toEqual({ ok: true, reasons: [] });
    const figures = (await world.get('/metrics')).text;
    expect(figures).toMatch(/vong_gac_http_answers_total\{method="GET",route="\/health\/live",status="200",service="api"\} \d+/);
  });

  it('says at start that only this machine reaches it', () => {
    expect(world.api.log()).toMatch(/listens on loopback only/);
  });

  describe('/openapi.json', () => {
    let document: { openapi: string; paths: Record<string, Record<string, Json>>; components: { schemas: Json } };

    beforeAll(async () => {
      document = (await world.get('/openapi.json')).json();
    });

    it('is valid by the specification’s own schema, and every reference leads somewhere', () => {
      const { errors } = new OpenApiSchemaValidator({ version: 3 }).validate(document as never);
      expect(errors).toEqual([]);
      const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(names.length).toBeGreaterThan(10);
      for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
    });

    it('has every route, each with its answers and the problems it may give', async () => {
      const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)).sort();
      expect(operations).toEqual([
        'GET /a/{alertId}', 'GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /v1/alerts', 'GET /v1/alerts/{id}', 'GET /v1/events', 'GET /v1/incidents',
        'GET /v1/incidents/{id}', 'GET /v1/jurisdiction', 'GET /v1/policies', 'GET /v1/policies/{id}/{version}', 'GET /v1/quarantine', 'GET /v1/quarantine/{id}', 'GET /v1/sites', 'GET /v1/sites/{id}/crowd', 'GET /v1/visitor-volumes', 'POST /a/{alertId}/acknowledge',
        'POST /a/{alertId}/close', 'POST /v1/alerts/{id}/acknowledge', 'POST /v1/alerts/{id}/close', 'POST /v1/events', 'POST /v1/quarantine/{id}/discard', 'POST /v1/quarantine/{id}/release',
      ]);
      for (const [path, item] of Object.entries(document.paths)) {
        for (const operation of Object.values(item)) {
          const answers = Object.keys(operation['responses'] as Json);
          expect(operation['summary']).toBeTruthy();
          if (path.startsWith('/v1/')) expect(answers).toEqual(expect.arrayContaining(['400', '503']));
        }
      }
    });

    it('shows examples that the service itself takes', async () => {
      const content = (document.paths['/v1/events']?.['post']?.['requestBody'] as { content: Record<string, { example: unknown }> }).content;
      const example = JSON.stringify(content['application/cloudevents+json']?.example);
      const answer = await world.call('/v1/events', { method: 'POST', body: example, headers: { 'content-type': 'application/cloudevents+json' } });
      expect([answer.status, answer.json()]).toEqual([202, expect.objectContaining({ id: '2026-11-23-0017' })]);
    });
  });

  it('serves /docs with everything that it loads, and nothing from elsewhere', async () => {
    const page = await world.get('/docs');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    const loaded = [...page.text.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map((match) => match[1] ?? '').filter((url) => !url.startsWith('data:'));
    expect(loaded.length).toBeGreaterThanOrEqual(3);
    for (const url of loaded) {
      expect(url).toMatch(/^\.\/docs\//);
      const file = await world.get(new URL(url, 'http://x/docs').pathname);
      expect([url, file.status, file.text.length > 200]).toEqual([url, 200, true]);
    }
    expect(page.text).not.toMatch(/<script>[^<]/);
  });
});
