// `node compile_stdlib.mjs TARGET`: Python's library as the pages load it, with what a start imports
// compiled; see compile_stdlib.py, which runs in Pyodide itself: the compiled form is that of its
// release of Python, which no other program here has.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadPyodide } from "pyodide";

const python = await loadPyodide();
const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
python.FS.mkdir("/page");
for (const name of ["run.py", "run_needs.py"]) {
  python.FS.writeFile(`/page/${name}`, read(`../assets/${name}`));
}
python.runPython(read("compile_stdlib.py"));
const target = process.argv[2];
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, python.FS.readFile("/compiled.zip"));
