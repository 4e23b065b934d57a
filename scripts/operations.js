#!/usr/bin/env node
// Prints the operations of the local cloud by service as JSON: node scripts/operations.js
"use strict";
require("ts-node/register/transpile-only");
const { services } = require("../localcloud/services");

const table = services.map(({ name, operations }) => [name, Object.keys(operations).sort()]);
console.log(JSON.stringify(Object.fromEntries(table)));
