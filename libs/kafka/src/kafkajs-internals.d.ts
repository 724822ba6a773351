/** The three internals of kafkajs 2.2.4 that patches.ts changes; kafkajs publishes no types for them. */
declare module 'kafkajs/src/protocol/decoder' {
  class Decoder {
    constructor(buffer: Buffer);
    readVarIntArray<T>(reader: (decoder: Decoder) => T): T[];
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
