import type { Questions, Reply } from "./protocol";

export class Cancelled extends Error {}

type Waiting = { resolve: (answer: any) => void; reject: (why: Error) => void };

/** The worker from the page's side: questions as promises, and a way to cancel them all. */
export class Engine {
  private worker!: Worker;
  private waiting = new Map<number, Waiting>();
  private next = 0;
  /** What the worker keeps, for the next one. */
  private users: Parameters<Questions["users"]> | undefined;
  /** Told when the engine has worked for a while, and when it has not any more. */
  onbusy: (busy: boolean) => void = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  ready: Promise<void>;

  /** `script` is where the worker lies. */
  constructor(private readonly script: URL) {
    this.ready = this.start();
  }

  private start(): Promise<void> {
    this.worker = new Worker(this.script, { type: "module" });
    return new Promise((resolve, reject) => {
      this.worker.onerror = (event) => reject(new Error(event.message));
      this.worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if ("ready" in data) return resolve();
        if ("failed" in data) return reject(new Error(data.failed));
        const waiting = this.waiting.get(data.id);
        this.waiting.delete(data.id);
        this.busy();
        if ("answer" in data) return waiting?.resolve(data.answer);
        waiting?.reject(new Error(data.stopped));
        this.restart();
      };
    });
  }

  ask<Name extends keyof Questions>(name: Name, ...values: Parameters<Questions[Name]>): Promise<ReturnType<Questions[Name]>> {
    if (name === "users") this.users = values as Parameters<Questions["users"]>;
    const id = this.next++;
    const answer = new Promise<ReturnType<Questions[Name]>>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.worker.postMessage({ id, name, values });
    this.busy();
    return answer;
  }

  /** Ends whatever is being worked on. */
  cancel(): void {
    this.restart();
  }

  private restart(): void {
    this.worker.terminate();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    this.busy();
    for (const one of waiting) one.reject(new Cancelled("cancelled"));
    this.ready = this.start();
    if (this.users) void this.ask("users", ...this.users).catch(() => {});
  }

  private busy(): void {
    clearTimeout(this.timer);
    if (this.waiting.size === 0) return this.onbusy(false);
    this.timer = setTimeout(() => this.onbusy(true), 400);
  }
}

/** Of calls that come faster than they are answered, the last one counts. */
export function latest(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await work();
    } while (again);
    running = undefined;
  };
  return () => {
    if (running) {
      again = true;
      return running;
    }
    return (running = run());
  };
}
