import { createReadStream, openSync, readSync, closeSync, statSync } from 'node:fs';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import iconv from 'iconv-lite';
import { wrongUsage } from '../failure';

/** A file that is read from its start to its end, in pieces. */
export interface Source {
  name: string;
  bytes: Readable;
  /** Of the file as it lies there; null for standard input. */
  size: number | null;
  /** Read so far, before unpacking. */
  read(): number;
}

/** Opens a file, or `-` for standard input; what begins like gzip is unpacked. */
export function openSource(path: string): Source {
  if (path === '-') return counted('standard input', process.stdin, null);
  let zipped: boolean;
  let size: number;
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw wrongUsage(`${path} is a folder: give a file.`);
    size = stat.size;
    zipped = beginsLikeGzip(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw wrongUsage(`${path} cannot be read (${error.message}): give the path of a file, or - for standard input.`, error);
  }
  const source = counted(path, createReadStream(path), size);
  if (!zipped) return source;
  return { ...source, bytes: piped(source.bytes, createGunzip()) };
}

function beginsLikeGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(2);
    return readSync(file, start) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

function counted(name: string, from: Readable, size: number | null): Source {
  let read = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      done(null, chunk);
    },
  });
  return { name, bytes: piped(from, counter), size, read: () => read };
}

/** An error of the first shows on the second; the pieces wait for whoever reads. */
export function piped<T extends Transform>(from: Readable, to: T): T {
  pipeline(from, to, () => undefined); // the reader of `to` meets the error: pipeline destroys it with that
  return to;
}

/** Bytes to text. UTF-8 is read strictly: a letter that is silently replaced cannot be brought back. */
export function decoder(encoding: 'utf-8' | 'cp1252'): Transform {
  const decode = encoding === 'utf-8' ? strictUtf8() : lenient(encoding);
  return new Transform({
    // Text goes out as text: as bytes it would only be read again.
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, decode(chunk, true));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    flush(done) {
      try {
        done(null, decode(Buffer.alloc(0), false));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

type Decode = (chunk: Buffer, more: boolean) => string;

function strictUtf8(): Decode {
  const text = new TextDecoder('utf-8', { fatal: true });
  let before = 0;
  return (chunk, more) => {
    try {
      return text.decode(chunk, { stream: more });
    } catch (error) {
      throw wrongUsage(`The file is not UTF-8 (somewhere in bytes ${before} to ${before + chunk.length}): save it as UTF-8, or say input.encoding: cp1252 in the mapping.`, error);
    } finally {
      before += chunk.length;
    }
  };
}

function lenient(encoding: 'cp1252'): Decode {
  const text = iconv.getDecoder(encoding);
  return (chunk, more) => (more ? text.write(chunk) : (text.end() ?? ''));
}
