import type { IncomingMessage } from 'node:http';
import type { RawRecord } from '@vong-gac/contracts';
import type { Instant } from '@vong-gac/domain';

/**
 * An HTTP request as the Kafka record that it becomes (CloudEvents HTTP and Kafka bindings): the body byte for byte; in binary mode each `ce-` header as
 * `ce_`. Header values are unquoted and percent-decoded once, as the binding says.
 */
export function recordOf(message: Pick<IncomingMessage, 'rawHeaders'>, body: Buffer, now: Instant): RawRecord {
  const headers: Array<readonly [string, Buffer]> = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const name = (message.rawHeaders[i] ?? '').toLowerCase();
    const value = message.rawHeaders[i + 1] ?? '';
    // Node gives header bytes as Latin-1; these are the bytes as they came.
    if (name === 'content-type') headers.push([name, Buffer.from(value, 'latin1')]);
    else if (name.startsWith('ce-')) headers.push([`ce_${name.slice(3)}`, percentDecoded(unquoted(value))]);
  }
  return { timestamp: now, value: body, headers };
}

/** Text inside double quotes without them, `\"` as `"` (RFC 9110, 5.6.4). */
function unquoted(value: string): string {
  return value.replace(/"((?:[^"\\]|\\.)*)"/g, (_whole, inside: string) => inside.replace(/\\(.)/g, '$1'));
}

/** One round; a `%` that no two hexadecimal digits follow stays as it is. */
function percentDecoded(value: string): Buffer {
  return Buffer.from(value.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
}
