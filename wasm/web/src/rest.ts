// The engine's second file: what a first visit does not call. It is fetched ahead; where it is needed before it is
// there, the engine waits for it, since no call in it can be put off.

import type { InitOutput } from "rolewright";

const WHERE = new URL("rest.wasm", self.location.href);

/** Lets the engine bring in its second file; what fetches it ahead. */
export function rest(first: InitOutput): () => Promise<void> {
  // An engine in one file has nothing to bring in.
  let there = !("loaded" in first);
  const join = (module: WebAssembly.Module): void => {
    if (!there) new WebAssembly.Instance(module, { first: first as unknown as WebAssembly.ModuleImports });
    there = true;
  };
  Object.assign(self, {
    rolewrightRest() {
      const request = new XMLHttpRequest();
      request.open("GET", WHERE, false);
      request.responseType = "arraybuffer";
      request.send();
      if (request.status !== 200) throw new Error(`its second file could not be loaded (${request.status})`);
      join(new WebAssembly.Module(request.response as ArrayBuffer));
    },
  });
  return async () => {
    if (!there) join(await WebAssembly.compile(await (await fetch(WHERE)).arrayBuffer()));
  };
}
