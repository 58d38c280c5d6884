// The kernel of the notebooks loads this as Pyodide: it is the one that all pages share, with the
// lock file beside this one, which lists what the notebooks need. What could not be fetched is told
// to notice.js, for the kernel would wait for it in silence.
const PATIENCE = 60_000; // milliseconds after which Python should have started
const here = (path) => new URL(path, import.meta.url);
const channel = new BroadcastChannel("kernel-notices");
channel.postMessage(""); // this script, at least, has come
let remedy = "Check your connection, choose Restart Kernel in the menu Kernel, and run the cell again.";

const plainFetch = self.fetch.bind(self);
self.fetch = async (input, options) => {
  const { host, pathname } = new URL(input.url ?? input, import.meta.url);
  try {
    const answer = await plainFetch(input, options);
    if (!answer.ok) throw new TypeError(`status ${answer.status}`);
    return answer;
  } catch (error) {
    // With its checksum beside it, a browser says the same of a file that is not the right one.
    const altered = options?.integrity ? ", or is not the expected file" : "";
    const file = pathname.split("/").pop();
    channel.postMessage(`${file} did not come from ${host}${altered}. ${remedy}`);
    throw error;
  }
};

export const loadPyodide = async ({ core, ...options }) => {
  const slow = setTimeout(
    () => channel.postMessage(`Python has not started within a minute. ${remedy}`),
    PATIENCE,
  );
  try {
    const folder = here(`../../_static/${core}/`).href;
    const { loadPyodide: load } = await import(`${folder}pyodide.mjs`);
    // The lock file has the version of this script, so that a browser keeps both or none.
    const lockFileURL = here(`pyodide-lock.json${new URL(import.meta.url).search}`).href;
    const python = await load({ ...options, indexURL: folder, lockFileURL });
    // From here on only packages are fetched, anew with each cell that imports them.
    remedy = "Check your connection and run the cell again.";
    return python;
  } catch (error) {
    channel.postMessage(`Python did not start (${error.message}). ${remedy}`);
    throw error;
  } finally {
    clearTimeout(slow);
  }
};
