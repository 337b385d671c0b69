import type { IncomingMessage } from 'node:http';

export interface IntakeLimits {
  /** The memory that bodies in flight may use together. */
  maxBytes: number;
  /** The timeout for a body. */
  arriveMs: number;
}

/** A whole body; or the status to refuse it with; or that its sender has disconnected. */
export type Arrived = { body: string } | { status: 408 | 413 | 503 } | 'GONE';

const BLOCK_BYTES = 16 * 1024;

interface Arriving {
  end: (arrived: Arrived) => void;
}

/**
 * Receives bodies within a fixed amount of memory and time, however many connections send them. When the memory is
 * full, the body that has been in flight longest is refused: providers' deliveries arrive in milliseconds, so it is
 * hardly one.
 */
export class Intake {
  readonly #limits: IntakeLimits;
  /** Oldest first. */
  readonly #arriving = new Set<Arriving>();
  #bytes = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /** @param declared how long it is to be; 0: unknown */
  read(request: IncomingMessage, maxBytes: number, declared = 0): Promise<Arrived> {
    return new Promise((resolve) => {
      let whole: string | null = null;
      // Thousands of chunks of a byte each would take a hundred times their length, so they are copied together.
      let blocks: Buffer[] = [];
      let length = 0;
      const arriving: Arriving = {
        end: (arrived) => {
          clearTimeout(timer);
          request.off('data', take).off('end', finish).off('close', leave).pause();
          this.#arriving.delete(arriving);
          this.#bytes -= blocks.length * BLOCK_BYTES;
          blocks = [];
          resolve(arrived);
        },
      };
      const take = (chunk: Buffer): void => {
        if (length + chunk.length > maxBytes) {
          arriving.end({ status: 413 });
          return;
        }
        // Most come at once: their end follows in this turn, so that nothing has to be kept for them.
        if (length === 0 && chunk.length === declared) {
          whole = chunk.toString('utf8');
          return;
        }
        for (let from = 0; from < chunk.length;) {
          const filled = length % BLOCK_BYTES;
          if (filled === 0) {
            blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
            this.#bytes += BLOCK_BYTES;
            this.#makeRoom();
          }
          const block = blocks.at(-1);
          // It was itself the one that was refused.
          if (!block) return;
          const copied = chunk.copy(block, filled, from);
          length += copied;
          from += copied;
        }
      };
      const finish = (): void => {
        arriving.end({ body: whole ?? Buffer.concat(blocks, length).toString('utf8') });
      };
      const leave = (): void => {
        arriving.end('GONE');
      };
      const timer = setTimeout(() => {
        arriving.end({ status: 408 });
      }, this.#limits.arriveMs);
      this.#arriving.add(arriving);
      request.on('data', take).on('end', finish).on('close', leave);
      // Its sender has disconnected: `close` follows.
      request.on('error', () => undefined);
    });
  }

  #makeRoom(): void {
    for (const arriving of this.#arriving) {
      if (this.#bytes <= this.#limits.maxBytes) return;
      arriving.end({ status: 503 });
    }
  }
}
