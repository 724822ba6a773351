import { KnownRoutes } from './known-routes';

describe('KnownRoutes', () => {
  const routes = new KnownRoutes();
  routes.add('/v1/alerts', ['GET', 'HEAD']);
  routes.add('/v1/alerts/:id/close', 'POST');
  routes.add('/docs/*', 'GET');
  routes.add('/openapi.json', 'GET');

  it('names the methods of an address, with its parameters filled in', () => {
    expect(routes.methodsOf('/v1/alerts')).toEqual(['GET', 'HEAD']);
    expect(routes.methodsOf('/v1/alerts/7/close')).toEqual(['POST']);
    expect(routes.methodsOf('/docs/a/b.js')).toEqual(['GET']);
  });

  it('knows no other address', () => {
    for (const path of ['/v1/alerts/', '/v1/alerts/7', '/v1/alerts/7/8/close', '/openapiXjson', '/']) expect(routes.methodsOf(path)).toEqual([]);
  });
});
