import { STATUS_CODES } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { retryAfterMs } from './retry-after';
import { AddressRefused, guardedLookup, webhookUrl } from './webhook-address';

/** One message to one webhook. The secret is never logged or put into an answer. */
export interface WebhookMessage {
  url: string;
  /** Standard Webhooks form, `whsec_…`. */
  secret: string;
  /** `webhook-id`: constant for a delivery, so that the receiver can drop repeats. */
  id: string;
  /** Sent exactly as given, UTF-8. */
  body: string;
  /** Milliseconds since 1970, for `webhook-timestamp`. */
  now: number;
}

/** How a receiver answered. `answer` is one line for people, at most ANSWER_CHARS; `status` is HTTP's, null where none came. */
export type DeliveryAnswer = { answer: string; status: number | null } & (
  | { outcome: 'delivered' }
  /** Try again; `afterMs` when the receiver asked for a wait (429, 503 with Retry-After). */
  | { outcome: 'retry'; afterMs: number | null }
  /** 410: the endpoint is gone for good. */
  | { outcome: 'refused' }
);

/** Milliseconds and bytes within which a webhook must answer. */
export interface WebhookLimits {
  connectMs: number;
  /** From the call to the end of the answer's headers, connecting included. The whole takes at most answerMs + bodyMs. */
  answerMs: number;
  /** So long and so much of the answer's body is read, for the log; the rest is cut off. */
  bodyMs: number;
  bodyBytes: number;
}

export const WEBHOOK_LIMITS: WebhookLimits = { connectMs: 3_000, answerMs: 5_500, bodyMs: 500, bodyBytes: 1_024 };
/** Longest answer kept on a delivery. */
export const ANSWER_CHARS = 300;

/**
 * Sends Standard Webhooks 1.0. The status line decides: 2xx delivered, 410 refused, everything else (redirects too, which are not followed) is tried again.
 * Each message has its own connection: alerts are rare, and a connection that the receiver closed while idle would cost the next alert a retry.
 */
export class WebhookSender {
  private readonly agent: Agent;

  constructor(private readonly limits: WebhookLimits = WEBHOOK_LIMITS) {
    const connectTo = (protocol: string) => buildConnector({ timeout: limits.connectMs, lookup: guardedLookup(protocol) });
    const plain = connectTo('http:');
    const secure = connectTo('https:');
    this.agent = new Agent({
      connect: (options, callback) => (options.protocol === 'https:' ? secure : plain)(options, callback),
      pipelining: 0,
      // Undici's own timers are a second coarse: the signal in send() and the cut in readUpTo() are exact.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: 16_384,
      maxResponseSize: -1,
    });
  }

  /** Never throws for anything that the receiver or the network does. */
  async send(message: WebhookMessage): Promise<DeliveryAnswer> {
    let response: Dispatcher.ResponseData;
    try {
      response = await request(webhookUrl(message.url), {
        method: 'POST',
        headers: signedHeaders(message),
        body: message.body,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(this.limits.answerMs),
      });
    } catch (error) {
      return { outcome: 'retry', answer: oneLine(explainFailure(error, this.limits)), status: null, afterMs: null };
    }
    const text = await readUpTo(response.body, this.limits);
    return judge(response, text, message.now);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function signedHeaders({ id, body, secret, now }: WebhookMessage): Record<string, string> {
  let signature: string;
  try {
    signature = new Webhook(secret).sign(id, new Date(now), body);
  } catch (cause) {
    throw new AddressRefused(`the receiver's secret cannot be used to sign (${cause instanceof Error ? cause.message : 'unreadable'}): register whsec_ and base64`);
  }
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'vong-gac',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': signature,
  };
}

/** The status is known by now and decides; an answer's body that hangs, breaks or never ends changes nothing. */
async function readUpTo(body: Dispatcher.ResponseData['body'], limits: WebhookLimits): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  const cut = setTimeout(() => body.destroy(), limits.bodyMs);
  try {
    for await (const part of body) {
      const chunk = Buffer.from(part as Uint8Array);
      parts.push(chunk);
      size += chunk.length;
      if (size >= limits.bodyBytes) break;
    }
  } catch {
    // Cut off or timed out: what came is enough for the log.
  } finally {
    clearTimeout(cut);
    body.destroy();
  }
  return Buffer.concat(parts).subarray(0, limits.bodyBytes).toString('utf8');
}

function judge({ statusCode: status, headers }: Dispatcher.ResponseData, text: string, now: number): DeliveryAnswer {
  const line = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const answer = oneLine(text.trim() === '' ? line : `${line}: ${text}`);
  if (status >= 200 && status < 300) return { outcome: 'delivered', answer, status };
  if (status === 410) return { outcome: 'refused', answer, status };
  if (status >= 300 && status < 400) {
    const to = headers.location === undefined ? '' : ` to ${String(headers.location)}`;
    return { outcome: 'retry', answer: oneLine(`${line}${to}: redirects are not followed, register the final address`), status, afterMs: null };
  }
  const asked = status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], now) : null;
  return { outcome: 'retry', answer, status, afterMs: asked };
}

function explainFailure(error: unknown, limits: WebhookLimits): string {
  const { name, message, code } = partsOf(error);
  if (name === 'TimeoutError') return `no answer within ${limits.answerMs} ms`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection within ${limits.connectMs} ms`;
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/** Of several addresses tried, Node's AggregateError has no message of its own: the first one's says most. */
function partsOf(error: unknown): { name: string; message: string; code: string } {
  if (typeof error !== 'object' || error === null) return { name: '', message: String(error), code: '' };
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return partsOf(error.errors[0]);
  return {
    name: 'name' in error ? String(error.name) : '',
    message: 'message' in error ? String(error.message) : String(error),
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
  };
}

/** A receiver may answer anything; what is kept is one line of printable text that any text column takes. */
export function oneLine(text: string): string {
  const plain = text.replace(/\p{Cs}/gu, '\uFFFD').replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const points = Array.from(plain);
  return points.length <= ANSWER_CHARS ? plain : `${points.slice(0, ANSWER_CHARS - 1).join('')}…`;
}
