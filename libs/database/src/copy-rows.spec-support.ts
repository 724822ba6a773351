import { CopyRows, type RowSource } from './copy-rows';

/** All messages of a COPY as they go over the wire; memory is free again as soon as a message was taken, as with a socket that is never full. */
export function messagesOf(source: RowSource): Buffer[] {
  const messages: Buffer[] = [];
  const out = new CopyRows((message, sent) => {
    messages.push(Buffer.from(message));
    sent();
  });
  source(out);
  out.finish();
  return messages;
}
