// Writes the tables of arguments into docs/components from the interfaces and their comments: `npm run docs`.
// A table is between `<!-- arguments: <file> <interface> -->` and `<!-- /arguments -->`.
"use strict";
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const prettier = require("prettier");
const ts = require("typescript");

const ROOT = path.join(__dirname, "..");
const PAGES = path.join(ROOT, "docs/components");
const TABLE = /<!-- arguments: (\S+) (\w+) -->\n[^]*?<!-- \/arguments -->/g;

/** Returns the page with its tables generated again. */
exports.withTables = async (page) => {
  const made = page.replace(TABLE, (_, file, name) => {
    const head = `<!-- arguments: ${file} ${name} -->`;
    return `${head}\n\n${tableOf(file, name)}\n\n<!-- /arguments -->`;
  });
  const config = await prettier.resolveConfig(path.join(PAGES, "page.md"));
  return prettier.format(made, { ...config, parser: "markdown" });
};

/** Returns the files of the components' pages. */
exports.pages = () =>
  readdirSync(PAGES)
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(PAGES, name));

function tableOf(file, name) {
  const rows = argumentsOf(file, name).map(
    ({ argument, byDefault, says }) => `| \`${argument}\` | ${byDefault} | ${says} |`,
  );
  return ["| argument | default | |", "| --- | --- | --- |", ...rows].join("\n");
}

function argumentsOf(file, name) {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const declared = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declared) throw new Error(`${file} has no interface ${name}`);
  return declared.members.filter(ts.isPropertySignature).map((member) => {
    const comment = ts.getJSDocCommentsAndTags(member).map(plainText).join(" ");
    if (!comment) throw new Error(`${file}: ${name}.${member.name.getText()} has no comment`);
    return { argument: member.name.getText(), ...described(comment, !member.questionToken) };
  });
}

function plainText(doc) {
  return (ts.getTextOfJSDocComment(doc.comment) ?? "").replace(/\s+/g, " ").trim();
}

/** `Seconds, 1 to 900. Default 30.` -> the default, and the rest of the text. */
function described(comment, isRequired) {
  const [sentence, byDefault] = /\s*\bDefault:? (.*?)\.?$/.exec(comment) ?? ["", undefined];
  const says = comment.slice(0, comment.length - sentence.length).trim();
  return {
    byDefault: isRequired ? "required" : cell(byDefault ?? "none"),
    says: cell(says),
  };
}

function cell(text) {
  return text.replaceAll("|", "\\|");
}

async function main() {
  for (const file of exports.pages()) {
    const page = readFileSync(file, "utf8");
    const made = await exports.withTables(page);
    if (made !== page) {
      writeFileSync(file, made);
      console.log(`${path.relative(ROOT, file)} written`);
    }
  }
}

if (require.main === module) void main();
