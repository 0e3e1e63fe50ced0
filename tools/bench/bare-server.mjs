// The reference of the read benchmarks: Fastify and one prepared select through pg, nothing else. Sees every row.
import Fastify from 'fastify';
import pg from 'pg';

const { DATABASE_URL, PORT, TABLE } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10, options: '-c meistras.reach=*' });
const app = Fastify();
app.get(`/${TABLE}/:id`, async (request, reply) => {
  const { rows } = await pool.query({
    name: 'one',
    text: `SELECT * FROM ${TABLE} WHERE id = $1`,
    values: [request.params.id],
  });
  if (!rows[0]) return reply.code(404).send({});
  return rows[0];
});
app.get('/health/ready', async () => ({ status: 'up' }));
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
