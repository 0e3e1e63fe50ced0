import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../errors/domain-error.js';

/** No file of rows shrinks to less than a hundredth; what does was made to fill the disk. */
const maxRatio = 100;
/** Up to here nobody minds. */
const freeBytes = 33_554_432;

const refused = (code: string, message: string): DomainError => new DomainError('malformed', code, message);

/**
 * The bytes of a file as they arrive, unzipped if it says that it is gzip. An error leaves the request open, so that it can be
 * answered. Throws `malformed` for another encoding, for a stream that is damaged or breaks off, and for a zip bomb.
 */
export function bytesOf(body: Readable, encoding = 'identity'): AsyncIterable<Buffer> {
  if (encoding === 'identity') return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (encoding === 'gzip') return unzip(body);
  throw refused('unsupported-encoding', 'Send the file as it is, or with Content-Encoding: gzip.');
}

async function* unzip(body: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 65_536 });
  body.on('error', (error) => gunzip.destroy(error));
  body.pipe(gunzip);
  let size = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > freeBytes && size > maxRatio * gunzip.bytesWritten)
        throw refused('zip-bomb', `The file unpacks to more than ${maxRatio} times its size.`);
      yield chunk;
    }
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('Z_')) throw error;
    throw refused('invalid-gzip', 'The gzip stream is damaged or breaks off.');
  } finally {
    body.unpipe(gunzip);
  }
}
