import { afterEach, beforeEach, vi } from 'vitest';
import { Machine } from './machine.ts';

/** Gives each test of a file a machine of its own, under fake timers; call once, at the top. */
export const machineOfTest = (): (() => Machine) => {
  let machine: Machine;
  beforeEach(() => {
    vi.useFakeTimers();
    machine = new Machine();
  });
  afterEach(async () => {
    await machine.engine.drain();
    vi.useRealTimers();
  });
  return () => machine;
};
