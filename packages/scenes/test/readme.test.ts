import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";
import { sceneAt, sceneDifference } from "@megapairs/scenes";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  const [[caption], [changes], [text]] = logged as [[string], [unknown], [string]];
  expect(caption).toMatch(/\w+ \w+/u);
  expect(changes).toEqual(sceneDifference(sceneAt(7, 0), sceneAt(7, 1)).changes);
  expect(text).toMatch(
    /^Both images .+ However, the Source Image .+, whereas the Target Image .+\.$/u,
  );
});
