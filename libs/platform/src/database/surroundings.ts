/** PostgreSQL's classes of faults that pass: connection, conflict of transactions, resources, lock timeout, shutdown. */
const passingStates = /^(08|40|53|55P03|57)/;
/** The driver's words for a lost connection, and TypeORM's: it releases the runner of a connection that broke. */
const passingMessages =
  /Connection terminated|timeout exceeded when trying to connect|not connected|query runner.*already released|TransactionNotStarted|not queryable|Client was closed|Connection ended/i;

/** The driver's code of an error, also inside TypeORM's wrapping. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : undefined;
}

/** Whether the surroundings failed and not the request or event: the same again may work in a moment. */
export function isOfSurroundings(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const state = sqlStateOf(error);
  if (state !== undefined && (passingStates.test(state) || /^E[A-Z]+$/.test(state))) return true;
  return error instanceof Error && passingMessages.test(error.message);
}
