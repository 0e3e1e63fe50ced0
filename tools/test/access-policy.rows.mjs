/** How rows of the access policy are written. */
export const today = () => new Date().toISOString().slice(0, 10);

/** Path parameter `id` of one of the school's objects. */
export const of = (thing, body) => (x) => ({ path: { id: x[thing].id }, ...(body ? { body: body(x) } : {}) });
export const row = (relation, request = () => ({})) => ({ relation, request });
export const list = (mine, query = {}) => ({ relation: 'list', mine, request: () => ({ query }) });
export const stream = (mine) => ({ relation: 'export', mine, request: () => ({}) });
