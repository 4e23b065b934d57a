import { get } from "../api";
import { useLoaded } from "../pages/load";
import type { Program } from "../pages/resources";

/** Links to the page of a function of the program, with its log and its versions. */
export function FunctionLink({ name }: { name: string }) {
  const program = useLoaded("program", () => get<Program>("program"));
  const resource = program.value?.resources?.find(
    ({ type, id }) => type === "aws:lambda/function:Function" && id === name,
  );
  return (
    resource && (
      <p>
        <a href={`#/resources/${encodeURIComponent(resource.urn)}`}>
          The function {resource.name}: log, versions
        </a>
      </p>
    )
  );
}
