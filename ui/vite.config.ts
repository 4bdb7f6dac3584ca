/** How the console is built, served while developing, and tested. */
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { budget } from "./budget.ts";
import { words } from "./words.ts";

export default defineConfig({
  plugins: [words(), lingui({ failOnMissing: true, failOnCompileError: true }), react(), budget()],
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: "https://127.0.0.1:7272", secure: false } } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"], setupFiles: "tests/speak.ts" },
});
