import { isUtf8 } from 'node:buffer';

/** The text, or the position of the first byte that is not UTF-8. A byte order mark stays in the text. */
export type Utf8 = { text: string; badByteAt: null } | { text: null; badByteAt: number };

/** Reads UTF-8 and refuses anything else: `toString` alone would put U+FFFD in its place, and the exact text would be lost. */
export function readUtf8(bytes: Buffer): Utf8 {
  return isUtf8(bytes) ? { text: bytes.toString('utf8'), badByteAt: null } : { text: null, badByteAt: firstBadByte(bytes) };
}

/** The first U+FFFD of the lenient text that does not stand for its own three bytes. */
function firstBadByte(bytes: Buffer): number {
  const lenient = bytes.toString('utf8');
  let position = 0;
  for (let from = 0; ; ) {
    const at = lenient.indexOf('\ufffd', from);
    if (at < 0) return bytes.length;
    position += Buffer.byteLength(lenient.slice(from, at));
    if (!(bytes[position] === 0xef && bytes[position + 1] === 0xbf && bytes[position + 2] === 0xbd)) return position;
    position += 3;
    from = at + 1;
  }
}
