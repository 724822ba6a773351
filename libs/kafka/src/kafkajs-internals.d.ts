/** The internals of kafkajs 2.2.4 that patches.ts and fetch-response.ts change or call; kafkajs publishes no types for them. */
declare module 'kafkajs/src/protocol/decoder' {
  class Decoder {
    constructor(buffer: Buffer);
    readVarIntArray<T>(reader: (decoder: Decoder) => T): T[];
    readInt16(): number;
    readInt32(): number;
    readInt64(): bigint;
    readString(): string | null;
    readBytes(length: number): Buffer;
    readArray<T>(reader: (decoder: Decoder) => T): T[];
    readArrayAsync<T>(reader: (decoder: Decoder) => Promise<T>): Promise<T[]>;
    canReadBytes(length: number): boolean;
  }
  export = Decoder;
}

declare module 'kafkajs/src/protocol/recordBatch/header/v0/decoder' {
  import Decoder from 'kafkajs/src/protocol/decoder';
  function decodeHeader(decoder: Decoder): { key: string | null; value: Buffer | null };
  export = decodeHeader;
}

declare module 'kafkajs/src/network/requestQueue' {
  interface Logger {
    debug(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
  }
  class RequestQueue {
    constructor(options: {
      maxInFlightRequests: number | null;
      requestTimeout: number;
      enforceRequestTimeout: boolean;
      clientId: string;
      broker: string;
      logger: Logger;
    });
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
    destroy(): void;
  }
  export = RequestQueue;
}

declare module 'kafkajs/src/protocol/error' {
  /** kafkajs's own error for a code of the protocol, with its name in `type`. */
  function createErrorFromCode(code: number): Error;
}

declare module 'kafkajs/src/broker' {
  class Broker {
    /** What the broker takes; null until it has said so. */
    versions: object | null;
    isConnected(): boolean;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
  }
  export = Broker;
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder' {
  import Decoder from 'kafkajs/src/protocol/decoder';
  /** Reads one batch, unpacked. @throws KafkaJSPartialMessageError when it is cut off at the end of a fetch. */
  function decodeBatch(decoder: Decoder): Promise<{ records: object[] }>;
  export = decodeBatch;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response' {
  const response: { decode(raw: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
  export = response;
}

declare module 'kafkajs/src/consumer/consumerGroup' {
  /** Only for tests that make its fetch hang. */
  class ConsumerGroup {
    topicsSubscribed: string[];
    fetch(nodeId: string): Promise<unknown[]>;
  }
  export = ConsumerGroup;
}
