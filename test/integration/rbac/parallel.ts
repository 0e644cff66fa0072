/** Does something with each of these, so many at a time, in their order. Ends at the first error. */
export const inParallel = async <T>(
  width: number,
  items: readonly T[],
  act: (item: T) => Promise<void>,
): Promise<void> => {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await act(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
};
