import { request } from 'undici';

/** The metrics of the process at this port. Each time over a connection of its own: one that was idle may just be closing. */
export const metricsOf = async (port: number): Promise<string> => {
  const { body } = await request(`http://127.0.0.1:${port}/metrics`, { reset: true });
  return body.text();
};
