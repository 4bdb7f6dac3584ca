/** One server-sent stream, opened again with back-off whenever it goes away. */
import { LIVE_URL, type LiveState, parseLive, type Signal } from "./protocol";

export type Open = (url: string) => EventSource;

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

export class LiveStream {
  state: LiveState = "off";
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_WAIT;

  constructor(
    private readonly tell: (signal: Signal) => void,
    private readonly open: Open = (url) => new EventSource(url),
  ) {}

  start(): void {
    if (this.#source === null && this.#timer === undefined) this.#connect();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#source?.close();
    this.#source = null;
    this.#wait = FIRST_WAIT;
    this.#become("off");
  }

  #connect(): void {
    this.#timer = undefined;
    if (this.state === "off") this.#become("connecting");
    const source = this.open(LIVE_URL);
    this.#source = source;
    source.onopen = () => this.#opened();
    source.onmessage = (message: MessageEvent<unknown>) => this.#heard(message.data);
    source.onerror = () => this.#broken(source);
    source.addEventListener("end", () => this.tell({ refused: true }));
  }

  #opened(): void {
    this.#wait = FIRST_WAIT;
    this.#become("open");
  }

  #heard(data: unknown): void {
    const event = parseLive(data);
    if (event) this.tell({ event });
  }

  /** A browser reconnects a broken stream itself, but gives a refused one up for good. */
  #broken(source: EventSource): void {
    this.#become("away");
    if (source.readyState !== 2) return;
    this.#source = null;
    this.#timer = setTimeout(() => this.#connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.tell({ refused: true });
  }

  #become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.tell({ state });
  }
}
