/** Counts in the memory of its worker; a new worker starts from 1. */
export const counter = `let count = 0;
exports.handler = async () => { count += 1; console.log("count", count); return { count }; };`;
