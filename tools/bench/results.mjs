// docs/performance.md: what a bench measured, a line each. A bench of one part replaces its own lines and leaves the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const missed = ' — **missed**';
const cellsOf = (row) => row.slice(2, -2).split(' | ');
const sizeOf = (text) => Number(text.replaceAll(',', ''));
const rowOf = (cells) => `| ${cells.join(' | ')} |`;

export class Results {
  /** Without a size, then of registers by their size; each in the order in which it was first measured. */
  #lines = [];

  /** @param {{ file: string, notes: string, afresh: boolean }} where */
  constructor({ file, notes, afresh }) {
    this.file = file;
    this.notes = notes;
    if (!afresh && existsSync(file)) this.#read(readFileSync(file, 'utf8').split('\n'));
  }

  /** @param {{ what: string, target: string, measured: string, holds: boolean, size?: number }} line */
  put(line) {
    const at = this.#lines.findIndex(({ what, size }) => what === line.what && size === line.size);
    if (at < 0) this.#lines.push(line);
    else this.#lines[at] = line;
    const of = line.size === undefined ? '' : ` [${line.size.toLocaleString('en')}]`;
    console.log(`  ${line.holds ? 'ok  ' : 'MISS'}  ${line.what}${of}: ${line.measured} (${line.target})`);
    writeFileSync(this.file, this.#text());
  }

  get summary() {
    return `${this.#lines.filter(({ holds }) => holds).length} of ${this.#lines.length} lines hold`;
  }

  #read(rows) {
    let sizes;
    for (const row of rows) {
      if (!row.startsWith('| ') || row.startsWith('|-')) continue;
      const [what, target, ...cells] = cellsOf(row);
      if (what === 'what') {
        sizes = cells[0] === 'measured' ? undefined : cells.map(sizeOf);
        continue;
      }
      (sizes ?? [undefined]).forEach((size, at) => {
        if (cells[at] === '') return;
        const holds = !cells[at].endsWith(missed);
        const measured = holds ? cells[at] : cells[at].slice(0, -missed.length);
        this.#lines.push({ what, target, measured, holds, ...(size === undefined ? {} : { size }) });
      });
    }
  }

  #text() {
    const cell = (line) => (line ? line.measured + (line.holds ? '' : missed) : '');
    const single = this.#lines.filter(({ size }) => size === undefined);
    const sized = this.#lines.filter(({ size }) => size !== undefined);
    const sizes = [...new Set(sized.map(({ size }) => size))].toSorted((a, b) => a - b);
    const kinds = [...new Set(sized.map(({ what }) => what))];
    const bySize = kinds.map((what) => {
      const own = sized.filter((line) => line.what === what);
      return [what, own[0].target, ...sizes.map((size) => cell(own.find((line) => line.size === size)))];
    });
    const table = (header, rows) => [rowOf(header), `|${'---|'.repeat(header.length)}`, ...rows.map(rowOf)].join('\n');
    const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}, load generator and database on the same machine`;
    const parts = [
      '# Performance',
      `Written by \`npm run bench\`. Ratios are to references measured in the same run; absolute numbers belong to the\nmachine of their run. A line keeps what the last run of its part measured; the last of all was on ${machine}.`,
      table(
        ['what', 'asked', 'measured'],
        single.map((line) => [line.what, line.target, cell(line)]),
      ),
    ];
    if (sizes.length > 0) {
      const header = ['what', 'asked', ...sizes.map((size) => size.toLocaleString('en'))];
      parts.push('## Registers, by the number of entries', table(header, bySize));
    }
    if (existsSync(this.notes)) parts.push('Where the time goes: [notes](performance-notes.md).');
    return `${parts.join('\n\n')}\n`;
  }
}
