import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { atEnd } from './at-end';

export interface TcpProxy {
  port: number;
  /** Where new connections go; 0 until known. */
  target: number;
  /** Ends every connection with a reset and takes no new one. */
  cut(): void;
  /** Each piece arrives this much later, in both directions. */
  delay(ms: number): void;
  /** Connections stay open and are accepted, but nothing (or no answer, or no request) passes: a cable pulled out. */
  halfOpen(what?: 'both' | 'answers' | 'requests'): void;
  /**
   * The next request that holds this text is passed on; its answer, and whatever follows, is not: done, and nobody learns of it. Then the connection is reset
   * or stays silent. Resolves when the answer was there and was dropped.
   */
  loseAnswerTo(text: string, then: 'reset' | 'silence'): Promise<void>;
  /** As at the start. What a half-open connection held back is passed on, as a network does that heals. */
  restore(): void;
  connections(): number;
}

/** What can be done to a cable, or to several as if they were one. */
export type Cable = Pick<TcpProxy, 'cut' | 'delay' | 'halfOpen' | 'restore'>;

/** Bytes of one direction, in order, each kept for the delay and while the direction is held. */
class Pipe {
  private readonly waiting: { bytes: Buffer | null; due: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly to: Socket, private readonly isHeld: () => boolean) {}

  push(bytes: Buffer | null, delayMs: number): void {
    this.waiting.push({ bytes, due: Date.now() + delayMs });
    this.flush();
  }

  flush(): void {
    clearTimeout(this.timer);
    while (!this.isHeld() && this.waiting.length > 0) {
      const next = this.waiting[0] as { bytes: Buffer | null; due: number };
      const ms = next.due - Date.now();
      if (ms > 0) {
        this.timer = setTimeout(() => this.flush(), ms);
        return;
      }
      this.waiting.shift();
      if (next.bytes) this.to.write(next.bytes);
      else this.to.end();
    }
  }
}

/** No text that a trap waits for is longer. */
const TEXT_MAX = 64;

interface Trap {
  text: string;
  then: 'reset' | 'silence';
  sprung: () => void;
}

/** The two ends of one connection, and whether its answers are dropped from now on. */
interface Ends {
  client: Socket;
  upstream: Socket;
  /** The end of the request before: a text may lie across two pieces. */
  tail: string;
  caught: Trap | null;
}

/** A small TCP proxy for faults between two processes. It holds unread bytes in memory: keep the traffic of a fault small. */
export async function tcpProxy(target = 0): Promise<TcpProxy> {
  let isCut = false;
  let delayMs = 0;
  let held: 'none' | 'both' | 'answers' | 'requests' = 'none';
  const sockets = new Set<Socket>();
  const pipes = new Set<Pipe>();
  let traps: Trap[] = [];

  /** true: this piece goes no further. */
  const isLost = (cable: Ends, bytes: Buffer, direction: 'answers' | 'requests'): boolean => {
    if (direction === 'requests') {
      if (traps.length === 0 || cable.caught !== null) return false;
      const text = cable.tail + bytes.toString('latin1');
      cable.caught = traps.find((trap) => text.includes(trap.text)) ?? null;
      traps = traps.filter((trap) => trap !== cable.caught);
      cable.tail = text.slice(-TEXT_MAX);
      return false;
    }
    if (cable.caught === null) return false;
    cable.caught.sprung();
    if (cable.caught.then === 'reset') for (const socket of [cable.client, cable.upstream]) socket.resetAndDestroy();
    return true;
  };

  const join = (from: Socket, to: Socket, direction: 'answers' | 'requests', cable: Ends) => {
    const pipe = new Pipe(to, () => held === 'both' || held === direction);
    pipes.add(pipe);
    from.on('data', (bytes: Buffer) => void (isLost(cable, bytes, direction) || pipe.push(bytes, delayMs)));
    from.once('end', () => pipe.push(null, delayMs));
    from.on('error', () => to.destroy());
    from.once('close', () => {
      sockets.delete(from);
      if (from.errored || isCut) to.destroy();
      else pipe.flush();
      if (to.destroyed) pipes.delete(pipe);
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: proxy.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, upstream]) sockets.add(socket);
    const cable: Ends = { client, upstream, tail: '', caught: null };
    join(client, upstream, 'requests', cable);
    join(upstream, client, 'answers', cable);
  });
  const change = (apply: () => void) => {
    apply();
    for (const pipe of pipes) pipe.flush();
  };
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
    pipes.clear();
  };
  const proxy: TcpProxy = {
    port: 0,
    target,
    cut: () => {
      isCut = true;
      reset();
    },
    delay: (ms) => void (delayMs = ms),
    halfOpen: (what = 'both') => void (held = what),
    loseAnswerTo: (text, then) => new Promise((resolve) => void traps.push({ text, then, sprung: resolve })),
    restore: () => change(() => ((isCut = false), (delayMs = 0), (held = 'none'), (traps = []))),
    connections: () => sockets.size / 2,
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  atEnd(() => {
    reset();
    return new Promise((resolve) => server.close(resolve));
  });
  return proxy;
}
