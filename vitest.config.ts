import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tooling/structure"],
    reporters: ["default", "./tooling/vitest/closing-line-reporter.ts"],
  },
});
