import { isIP } from 'node:net';

/** What a browser says of where a request comes from. */
export interface OriginHeaders {
  host?: string;
  origin?: string;
  'sec-fetch-site'?: string | string[];
}

/**
 * May this request change something? A program says nothing of its origin and may. A browser always says it, and may only from a page of ours:
 * until the service knows who calls, this is what keeps another web page from acknowledging alerts through an officer's browser.
 *
 * Origin and Host being equal is not enough, because a foreign name can be made to point here (DNS rebinding): the host must be an address in
 * digits, `localhost`, or the one of PUBLIC_URL.
 */
export function mayChange(headers: OriginHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (headers.origin === undefined) return true;
  const origin = hostOf(headers.origin);
  if (origin === null) return false;
  const publicHost = hostOf(publicUrl);
  if (origin === publicHost) return true;
  const host = hostOf(`http://${headers.host ?? ''}`);
  return origin === host && isOurs(new URL(`http://${host}`).hostname);
}

/** `host:port` with the scheme's port left out; null where the text is no URL (`null`, `file:`). */
function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { host } = new URL(url);
  return host === '' ? null : host;
}

function isOurs(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
