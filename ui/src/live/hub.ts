/** One stream for many tabs: it runs while any of them wants it. */
import type { Signal, Wish } from "./protocol";
import { LiveStream, type Open } from "./stream";

export interface Port {
  postMessage: (signal: Signal) => void;
}

export class Hub {
  readonly #wanting = new Set<Port>();
  readonly #stream: LiveStream;

  constructor(open?: Open) {
    this.#stream = new LiveStream((signal) => this.#toAll(signal), open);
  }

  hear(port: Port, wish: Wish): void {
    if (wish === "start") this.#start(port);
    else this.#leave(port);
  }

  #start(port: Port): void {
    this.#wanting.add(port);
    this.#stream.start();
    port.postMessage({ state: this.#stream.state });
  }

  #leave(port: Port): void {
    this.#wanting.delete(port);
    if (this.#wanting.size === 0) this.#stream.stop();
  }

  #toAll(signal: Signal): void {
    this.#wanting.forEach((port) => port.postMessage(signal));
  }
}
