import { defineConfig } from "vitest/config";

// The reporters write files for the machine that adds up all tests; the screen gets one line a file.
export default defineConfig({
  test: {
    include: [
      "packages/**/*.test.ts",
      "packages/**/*.test.tsx",
      "manage/**/*.test.ts",
      "counter/**/*.test.ts",
      "shop/**/*.test.ts",
      "gate/**/*.test.ts",
      "lab/**/*.test.ts",
    ],
    environment: "node",
    testTimeout: 60_000, // a ceiling for a loaded machine; no test waits for time to pass
    reporters: ["default", "junit", "json"],
    outputFile: { junit: "test-results/vitest.junit.xml", json: "test-results/vitest.json" },
  },
});
