/** Counts in the memory of its worker: starts again from 1 in a new one. */
export const counter = `let count = 0;
exports.handler = async () => { count += 1; console.log("count", count); return { count }; };`;
