/** Says which dependency works: `up`, or why it does not. */
export abstract class Readiness {
  abstract check(): Promise<Record<string, string>>;
}

const deadlineMs = 2_000;

export async function probe(work: () => Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), deadlineMs);
  });
  try {
    await Promise.race([work(), late]);
    return 'up';
  } catch (error) {
    return `down: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
