import { expect, it } from "vitest";
import { workspaceTools } from "./workspace-tools.ts";
import { createWorkspace } from "./workspace.ts";

const sentenced = (sentence: string): object => ({
  code: "workspace.invalid",
  message: expect.stringContaining(sentence) as string,
});

it.each<[unknown, string]>([
  [undefined, "a workspace is made from an object; give { root }, with the path of a folder"],
  ["/", "a workspace is made from an object; give { root }"],
  [{}, "root of a workspace is missing; give the path of a folder"],
  [{ root: 5 }, "root of a workspace is 5; give the path of a folder"],
  [{ root: "/a\0b" }, 'root of a workspace is "/a\\u0000b"; give the path of a folder'],
  [{ root: "/", exclude: "x" }, 'exclude of a workspace is "x"; give a list of paths of folders'],
  [{ root: "/", exclude: [5] }, "exclude[0] of a workspace is 5; give a list of paths of folders"],
  [{ root: "/", excluded: [] }, "there is no option excluded of a workspace (did you mean exclude?)"],
])("no workspace is made from %j, and one sentence says why", async (options, sentence) => {
  const making = createWorkspace(options as Parameters<typeof createWorkspace>[0]);
  await expect(making).rejects.toMatchObject(sentenced(sentence));
});

it.each<[unknown, string]>([
  [undefined, "what the tools of a workspace are confined to is missing; give { ground, name }"],
  [{ name: "x" }, "what the tools of a workspace are confined to: ground is missing; give { ground, name }"],
  [{ ground: { root: "/" }, name: "x" }, "confined to: ground.excluded is missing; give { ground, name }"],
])("no tools are confined to %j, and one sentence says why", (grounds, sentence) => {
  expect(() => workspaceTools(grounds as Parameters<typeof workspaceTools>[0])).toThrow(
    expect.objectContaining(sentenced(sentence)) as Error,
  );
});

it("what a workspace is confined to is enough for its tools", async () => {
  const { ground, name, tools } = await createWorkspace({ root: import.meta.dirname });
  expect(workspaceTools({ ground, name }).map((tool) => tool.name)).toEqual(tools.map((tool) => tool.name));
});
