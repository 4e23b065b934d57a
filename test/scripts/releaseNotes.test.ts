import { expect } from "chai";
import { releaseNotes } from "../../scripts/release-notes";

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.0] - 2026-12-01

### Added

- A thing.

## [1.1.0] - 2026-11-01

- Another.
`;
const packages = (version: string, depends = version): Parameters<typeof releaseNotes>[1] => [
  { name: "components", version, devDependencies: { cloud: depends, mocha: "^12.0.3" } },
  { name: "cloud", version },
];

describe("The release notes", () => {
  it("are the changelog's section of that version, and nothing of others", () => {
    expect(releaseNotes("v1.2.0", packages("1.2.0"), CHANGELOG)).to.equal(
      "### Added\n\n- A thing.",
    );
    expect(releaseNotes("v1.1.0", packages("1.1.0"), CHANGELOG)).to.equal("- Another.");
  });

  it("are refused for a tag that is not a version", () => {
    for (const tag of ["", "1.2.0", "v1.2", "v1.2.0 || true"])
      expect(() => releaseNotes(tag, packages("1.2.0"), CHANGELOG)).to.throw(
        `The tag '${tag}' is not a version; tag releases like v1.2.3.`,
      );
  });

  it("are refused when a package, a dependency between them or the changelog has another version", () => {
    expect(() => releaseNotes("v1.2.0", packages("1.1.0"), CHANGELOG)).to.throw(
      "components has version 1.1.0; set it to 1.2.0, or tag v1.1.0.",
    );
    expect(() => releaseNotes("v1.2.0", packages("1.2.0", "1.1.0"), CHANGELOG)).to.throw(
      "components depends on cloud 1.1.0; set it to 1.2.0.",
    );
    expect(() => releaseNotes("v1.3.0", packages("1.3.0"), CHANGELOG)).to.throw(
      "CHANGELOG.md has no section '## [1.3.0] - <yyyy-mm-dd>'; date what is under [Unreleased].",
    );
    const empty = CHANGELOG.replace("### Added\n\n- A thing.\n", "");
    expect(() => releaseNotes("v1.2.0", packages("1.2.0"), empty)).to.throw(
      "CHANGELOG.md says nothing of 1.2.0.",
    );
  });
});
