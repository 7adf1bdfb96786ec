export * from "./node.cjs";
/** In Node the engine is loaded with the module; code that runs in browsers, too, can wait for it all the same. */
export default function init(): Promise<void>;
