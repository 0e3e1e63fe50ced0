/** Where the functions of the spec file in hand lie, for globals.mjs. */
export const globalsKey = Symbol.for('meistras.jest');
