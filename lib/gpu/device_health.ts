/** Whether a device still works. @module */

/** Remembers the first failure of a device: its loss, or an error that nothing else reports. */
export class DeviceHealth {
  #failure: string | null = null;

  constructor(device: GPUDevice) {
    device.lost.then((loss) => this.#failure ??= loss.message || loss.reason || "unknown reason");
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#failure ??= (event as GPUUncapturedErrorEvent).error.message;
    });
  }

  /** What went wrong, or null. */
  get failure(): string | null {
    return this.#failure;
  }
}
