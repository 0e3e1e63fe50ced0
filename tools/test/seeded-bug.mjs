// Loaded with `--import`: puts the classic mistake into the relay, a cursor that looks at the id alone, without touching a file.
import { register } from 'node:module';

const hooks = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  const source = String(loaded.source);
  if (!source.includes('class OutboxRelay')) return loaded;
  const wrong = source.replace(/WHERE \\(o\\.xid, o\\.id\\)[^]*?ORDER BY o\\.xid, o\\.id/, 'WHERE o.id > (SELECT id FROM outbox_cursor) ORDER BY o.id');
  if (wrong === source) throw new Error('The relay reads its outbox in another way by now: seed the bug anew.');
  return { ...loaded, source: wrong };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
