/** Turns `t` and `Trans` into calls that look a text up by its key; a finished build carries the texts in its catalogue alone. */
import { transformAsync } from "@babel/core";
import macro from "@lingui/babel-plugin-lingui-macro";
import type { Plugin } from "vite";

const SOURCE = /\/src\/.*\.tsx?$/;
const MACRO = /@lingui\/(core|react)\/macro/;

export function words(): Plugin {
  let building = false;
  return {
    name: "words",
    enforce: "pre",
    configResolved({ command }) {
      building = command === "build";
    },
    async transform(code, id) {
      if (!SOURCE.test(id) || !MACRO.test(code)) return null;
      const done = await transformAsync(code, {
        filename: id,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ["typescript", "jsx"] },
        plugins: [[macro, { stripMessageField: building }]],
      });
      return done?.code ? { code: done.code, map: done.map } : null;
    },
  };
}
