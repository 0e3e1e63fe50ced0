#!/usr/bin/env node
// meistras-verify-allocation <run.json> [--key <file>] [--json]: 0 the run is stable and everything holds, 1 it does not,
// 2 the file or the command cannot be read.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Unreadable } from './lines.mjs';
import { inWords, verifyArtefact } from './verify.mjs';

const usage = 'Usage: meistras-verify-allocation <run.json or run.json.gz> [--key <key or key set file>] [--json]';

/** A JSON Web Key, or a set of them as GET /admission/v1/artefact-keys answers. */
function keysIn(file) {
  const parsed = JSON.parse(readFileSync(file, 'utf8'));
  const keys = parsed.keys ?? [parsed];
  if (!keys.every(({ x, kid }) => typeof x === 'string' && typeof kid === 'string'))
    throw new Unreadable(`${file} has no keys with x and kid`);
  return keys;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, json: { type: 'boolean' } },
  });
  if (positionals.length !== 1) throw new Unreadable(usage);
  const keys = values.key === undefined ? undefined : keysIn(values.key);
  const verdict = await verifyArtefact(positionals[0], { keys });
  const { run, findings, ok, placed, affected } = verdict;
  const { ownMoves } = findings;
  const told = {
    ...{ ok, runId: run.run.id, stageId: run.stage.stageId, applicants: run.ids.length, placed },
    ...{ inputHash: run.hashes.input, resultHash: run.hashes.result, keyId: run.signature.keyId },
    ...{ keyGiven: keys !== undefined, factsChecked: run.isFull, violated: findings.violated, ownMoves },
    ...{ properties: Object.fromEntries(findings.properties), affected },
  };
  console.log(values.json ? JSON.stringify(told) : inWords(verdict, { keys }).join('\n'));
  return ok ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof Unreadable || ['ENOENT', 'EISDIR', 'Z_DATA_ERROR', 'Z_BUF_ERROR'].includes(error.code);
  if (!known && !String(error.code).startsWith('ERR_PARSE_ARGS') && !(error instanceof SyntaxError)) throw error;
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ok: false, unreadable: error.message }));
  else console.error(`UNREADABLE: ${error.message}`);
  process.exitCode = 2;
}
