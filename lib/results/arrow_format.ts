/**
 * The two forms of Arrow's interprocess format: a stream, to which batches are appended while a run goes on,
 * and a file, whose footer says where everything is. Both uncompressed: apache-arrow 21.2.0 writes compressed
 * bodies that other readers reject.
 *
 * @module
 */
import {
  MessageHeader,
  MessageReader,
  type RecordBatch,
  RecordBatchFileWriter,
  RecordBatchReader,
  RecordBatchStreamWriter,
  type Schema,
} from "apache-arrow";

/** A message starts with a continuation mark and the length of its header, four bytes each. */
const PREFIX = 8;
/** The mark that ends a stream. Readers do without it, and a run's stream never ends: it becomes a file. */
const END_MARK = 8;

/** How a stream begins: the schema message. */
export function encodeStreamStart(schema: Schema): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  writer.finish();
  const bytes = writer.toUint8Array(true);
  return bytes.subarray(0, bytes.length - END_MARK);
}

/** A batch as it stands in a stream: its dictionaries, complete, then its rows. */
export function encodeStreamBatch(batch: RecordBatch): Uint8Array {
  const bytes = RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
  const schemaLength = PREFIX + new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
  return bytes.subarray(schemaLength, bytes.length - END_MARK);
}

/** A whole file of one batch. */
export function encodeFile(batch: RecordBatch): Uint8Array {
  return RecordBatchFileWriter.writeAll([batch]).toUint8Array(true);
}

/** The batches of a whole file or of a stream that holds only complete batches. */
export function decodeBatches(bytes: Uint8Array): RecordBatch[] {
  return bytes.length === 0 ? [] : [...RecordBatchReader.from(bytes).open()];
}

/**
 * How many bytes of a stream can be read: up to the end of the last complete batch, or of the schema if no
 * batch is complete, or 0 if not even that.
 */
export function completeLength(bytes: Uint8Array): number {
  let end = 0;
  let position = 0;
  for (;;) {
    const message = messageLength(bytes, position);
    if (message === null) return end;
    position += message.header + message.body;
    if (message.type !== MessageHeader.DictionaryBatch) end = position;
  }
}

/** Header and body lengths of the message at `position`; null unless it is there entirely. */
function messageLength(bytes: Uint8Array, position: number) {
  if (position + PREFIX > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + position);
  const metadata = view.getInt32(4, true);
  if (view.getInt32(0, true) !== -1 || metadata <= 0) return null;
  const header = PREFIX + metadata;
  if (position + header > bytes.length) return null;
  const message = new MessageReader(bytes.subarray(position, position + header)).readMessage();
  if (message === null || position + header + message.bodyLength > bytes.length) return null;
  return { header, body: message.bodyLength, type: message.headerType };
}
