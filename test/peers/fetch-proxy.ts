import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { atEnd } from '../support';

/** What becomes of a broker's answers to Fetch: passed on; lost, for the connections that are open now; or an error in them, of the first partition or of the whole request. */
export type FetchAnswers = 'pass' | 'lost-on-open-connections' | { errorCode: number; of: 'partition' | 'request' };

export interface FetchProxy {
  port: number;
  /** Where connections go; 0 until known. */
  target: number;
  /** Answers so far that were lost or changed. */
  spoilt: number;
  answers(how: FetchAnswers): void;
}

const FETCH = 1;
/** A frame is its length (4 bytes) and so many bytes. A request begins with API key and version (2 each) and the correlation id (4), an answer with that id. */
const LENGTH = 4;
const ID_IN_REQUEST = LENGTH + 4;
/** Fetch from version 7 to 11 answers id, throttle time (4), an error for all (2), session (4), then topics: name, partitions: number (4), its error (2). */
const ERROR_OF_REQUEST = LENGTH + 8;
const FIRST_NAME = ERROR_OF_REQUEST + 2 + 4 + 4;
const errorOfPartition = (frame: Buffer): number => FIRST_NAME + 2 + frame.readInt16BE(FIRST_NAME) + 4 + 4;

/** Cuts a stream into Kafka's frames. */
function framesTo(handle: (frame: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= LENGTH && rest.length >= LENGTH + rest.readInt32BE(0)) {
      const end = LENGTH + rest.readInt32BE(0);
      handle(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}

/** Stands in front of a Kafka without TLS and knows the answers to Fetch from all others: only reading goes wrong, heartbeats and the rest do not. */
export async function fetchProxy(): Promise<FetchProxy> {
  let how: FetchAnswers = 'pass';
  const losing = new Set<Socket>();
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();

  const server = createServer((client) => {
    const broker = connect({ port: proxy.target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const fetches = new Set<number>();
    const asked = framesTo((frame) => {
      if (frame.readInt16BE(LENGTH) === FETCH) fetches.add(frame.readInt32BE(ID_IN_REQUEST));
      broker.write(frame);
    });
    const answered = framesTo((frame) => {
      const spoil = fetches.delete(frame.readInt32BE(LENGTH)) && (typeof how === 'object' || losing.has(client));
      if (spoil) proxy.spoilt++;
      if (spoil && typeof how !== 'object') return;
      if (spoil && typeof how === 'object') frame.writeInt16BE(how.errorCode, how.of === 'request' ? ERROR_OF_REQUEST : errorOfPartition(frame));
      client.write(frame);
    });
    for (const [from, to, on] of [[client, broker, asked], [broker, client, answered]] as const) {
      sockets.add(from);
      from.on('data', on).on('error', () => to.destroy()).on('close', () => {
        sockets.delete(from);
        losing.delete(from);
        to.end();
      });
    }
    clients.add(client.once('close', () => clients.delete(client)));
  });
  const proxy: FetchProxy = {
    port: 0,
    target: 0,
    spoilt: 0,
    answers: (next) => {
      how = next;
      losing.clear();
      if (next === 'lost-on-open-connections') for (const client of clients) losing.add(client);
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return proxy;
}
