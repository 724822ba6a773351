import type { ISocketFactoryArgs } from 'kafkajs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Finds a peer that vanished without a word, milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/**
 * The sockets of one client, so that it can be ended for certain: kafkajs waits for requests in flight when it disconnects, and a client that
 * hangs would keep its connections and its retries for ever.
 */
export class Sockets {
  private readonly open = new Set<Socket>();
  ended = false;
  hungUp = false;

  /** kafkajs's own way to connect, without Nagle's delay: its requests are written whole. */
  readonly connect = ({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket => {
    if (this.ended) throw new Error('this Kafka client was closed');
    const socket = ssl ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect) : connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    return socket;
  };

  /** What waits for an answer fails now; what is asked next gets a connection of its own. */
  hangUp(): void {
    this.hungUp = true;
    for (const socket of this.open) socket.destroy(new Error('hung up: an answer was waited for too long'));
  }

  /** Nothing is connected, and nothing will be again. */
  end(): void {
    this.ended = true;
    // With an error, because kafkajs gives up its waiting requests only on one.
    for (const socket of this.open) socket.destroy(new Error('this Kafka client was closed'));
  }
}
