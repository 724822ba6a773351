/** The internals of kafkajs 2.2.4 that patches.ts, fetch-response.ts and record-batch.ts change or call, and those that their specs compare with; kafkajs publishes no types for them. */
declare module 'kafkajs/src/protocol/decoder' {
  class Decoder {
    constructor(buffer: Buffer);
    readVarIntArray<T>(reader: (decoder: Decoder) => T): T[];
    readInt16(): number;
    readInt32(): number;
    readInt64(): bigint;
    readVarLong(): { value: bigint };
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

declare module 'kafkajs/src/consumer/runner' {
  import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
  class Runner {
    /** False until the group is joined for the first time. */
    running: boolean;
    consumerGroup: ConsumerGroup;
    /** Stops the consumer. */
    onCrash(error: unknown): Promise<void>;
    scheduleFetchManager(): void;
    start(): Promise<void>;
    stop(): Promise<void>;
  }
  export = Runner;
}

declare module 'kafkajs/src/broker' {
  class Broker {
    /** What the broker takes; null until it has said so. */
    versions: object | null;
    isConnected(): boolean;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    describeGroups(of: { groupIds: string[] }): Promise<{ groups: { members: { memberId: string; clientId: string }[] }[] }>;
    leaveGroup(of: { groupId: string; memberId: string }): Promise<unknown>;
  }
  export = Broker;
}

declare module 'kafkajs/src/protocol/message/compression' {
  /** null: not compressed. @throws where no codec is registered */
  export function lookupCodecByAttributes(attributes: number): { decompress(bytes: Buffer): Promise<Buffer> } | null;
}

declare module 'kafkajs/src/cluster' {
  import Broker from 'kafkajs/src/broker';
  class Cluster {
    findGroupCoordinator(of: { groupId: string }): Promise<Broker>;
    /** null: no broker answered. */
    metadata(of?: { topics?: string[] }): Promise<object | null>;
  }
  export = Cluster;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response' {
  const response: { decode(raw: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
  export = response;
}

declare module 'kafkajs/src/consumer/consumerGroup' {
  import Cluster from 'kafkajs/src/cluster';
  class ConsumerGroup {
    groupId: string;
    cluster: Pick<Cluster, 'findGroupCoordinator'>;
    logger: { info(message: string, extra?: object): void; debug(message: string, extra?: object): void };
    connect(): Promise<void>;
    joinAndSync(): Promise<void>;
    /** For tests that make its fetch hang. */
    topicsSubscribed: string[];
    fetch(nodeId: string): Promise<unknown[]>;
  }
  export = ConsumerGroup;
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder' {
  import Decoder from 'kafkajs/src/protocol/decoder';
  /** Reads one batch, unpacked. */
  function decodeBatch(decoder: Decoder): Promise<{
    records: {
      offset: string;
      timestamp: string;
      key: Buffer | null;
      value: Buffer | null;
      headers: unknown;
      isControlRecord: boolean;
      batchContext: { producerId: string; inTransaction: boolean };
    }[];
  }>;
  export = decodeBatch;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0' {
  function encodeRecord(record: object): object;
  export = encodeRecord;
}

declare module 'kafkajs/src/protocol/recordBatch/v0' {
  export function RecordBatch(batch: object): Promise<{ buffer: Buffer }>;
}

declare module 'kafkajs/src/utils/long' {
  class Long {
    static fromValue(value: number | string): Long;
  }
  export = Long;
}
