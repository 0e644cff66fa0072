/** As many as the operator has workers, and connections. */
const AT_ONCE = 8;

/** Does the work for each item, so many at once. */
export const atOnce = async <Item>(items: Iterable<Item>, work: (item: Item) => Promise<unknown>): Promise<void> => {
  // all take from the same one
  const rest = Iterator.from(items);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of rest) await work(item);
    }),
  );
};
