// The gate on who may depend on whom: reads Nx's project graph and the tag of each project, and exits 1 on what the table
// does not allow. Within a service a feature never reaches into a sibling's controllers, consumers or queries: those are its inside.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** tag → tags that it may depend on. `testing` is for specs and builders alone. */
const allowed = {
  service: ['platform', 'contracts'],
  testing: ['platform', 'contracts'],
  platform: ['contracts'],
  contracts: [],
  /** Stands alone: what checks the platform shares nothing with it. */
  tool: [],
};

const faults = [];

function projectGraph() {
  const file = join(mkdtempSync(join(tmpdir(), 'meistras-graph-')), 'graph.json');
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/nx/dist/bin/nx.js'), 'graph', `--file=${file}`],
    {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`nx graph failed: ${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8')).graph;
}

function checkGraph({ nodes, dependencies }) {
  const tagOf = Object.fromEntries(
    Object.entries(nodes).map(([name, node]) => {
      const tags = (node.data.tags ?? []).filter((tag) => tag in allowed);
      if (tags.length !== 1) faults.push(`${name} must have exactly one tag of ${Object.keys(allowed).join(', ')}`);
      return [name, tags[0]];
    }),
  );
  for (const [source, edges] of Object.entries(dependencies)) {
    for (const { target } of edges) {
      if (!(target in nodes) || !tagOf[source]) continue;
      if (!allowed[tagOf[source]].includes(tagOf[target]))
        faults.push(`${source} (${tagOf[source]}) depends on ${target} (${tagOf[target]})`);
    }
  }
}

const importPattern = /(?:from|import)\s*\(?['"]([^'"]+)['"]/g;

/** Imports of a file that its folder or its project does not allow. */
function checkImports(project, tag, file) {
  const text = readFileSync(join(root, project, file), 'utf8');
  const isSpec = file.endsWith('.spec.ts') || file.startsWith('test/');
  for (const [, target] of text.matchAll(importPattern)) {
    const library = /^@meistras\/([a-z-]+)/.exec(target)?.[1];
    if (library === 'testing' && !isSpec) faults.push(`${project}/${file}: only specs use libs/testing`);
    if (library && library !== 'testing' && tag && !allowed[tag].includes(library))
      faults.push(`${project}/${file}: may not import ${target}`);
    if (!target.startsWith('.') || isSpec) continue;
    const resolved = join(file, '..', target);
    if (resolved.startsWith('..')) faults.push(`${project}/${file}: climbs above its project: ${target}`);
    const [from, to] = [file.split('/')[1], resolved.split('/')[1]];
    const crosses =
      tag === 'service' &&
      file.split('/').length > 2 &&
      resolved.split('/').length > 2 &&
      from !== to &&
      from !== 'migrations';
    if (crosses && /\.(controller|consumer|queries)\.js$/.test(resolved)) {
      faults.push(`${project}/${file}: reaches into the feature ${to}: ${target}`);
    }
  }
}

for (const [group, tagFor] of [
  ['apps', () => 'service'],
  ['libs', (name) => name],
]) {
  for (const name of readdirSync(join(root, group))) {
    for (const folder of ['src', 'test']) {
      let files;
      try {
        files = readdirSync(join(root, group, name, folder), { recursive: true });
      } catch {
        continue;
      }
      for (const file of files.filter((each) => each.endsWith('.ts')))
        checkImports(`${group}/${name}`, tagFor(name), `${folder}/${file}`);
    }
  }
}
checkGraph(projectGraph());
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'architecture: as agreed' : `architecture: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
