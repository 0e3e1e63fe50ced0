// Progress for people: a line that rewrites itself on a terminal, one line a step elsewhere; and the times for the summary.

const isTerminal = process.stdout.isTTY === true;

export class Progress {
  times = [];

  /** Runs a step, showing `done of total` while it runs. `work` gets a function to report how far it is. */
  async step(name, work) {
    const started = Date.now();
    let shown = 0;
    const report = (done, total) => {
      if (!isTerminal || Date.now() - shown < 200) return;
      shown = Date.now();
      process.stdout.write(
        `\r  ${name} … ${done.toLocaleString('en')}${total ? ` of ${total.toLocaleString('en')}` : ''}   `,
      );
    };
    if (isTerminal) process.stdout.write(`  ${name} …`);
    const result = await work(report);
    const seconds = (Date.now() - started) / 1000;
    this.times.push([name, seconds]);
    process.stdout.write(`${isTerminal ? '\r' : ''}  ${name.padEnd(58)} ${seconds.toFixed(1).padStart(7)} s\n`);
    return result;
  }
}

/** Works through items, so many at a time, reporting progress. */
export async function inParallel(items, width, work, report = () => undefined) {
  const results = new Array(items.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at], at);
      report(++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
