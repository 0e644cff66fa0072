/** The admission policies as they are shipped, in a control plane and out of it. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Admin, AnyObject } from '../admin.ts';

const directory = fileURLToPath(new URL('../../../config/policy/', import.meta.url));

/** Every policy and every binding of it. */
export const policies = async (): Promise<AnyObject[]> => {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
  const texts = await Promise.all(files.map(async (file) => readFile(join(directory, file), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as AnyObject));
};

export const installPolicies = async (admin: Admin): Promise<void> => {
  for (const object of await policies()) await admin.apply(object);
};

export const removePolicies = async (admin: Admin): Promise<void> => {
  for (const { kind, metadata } of (await policies()).toReversed())
    await admin.delete(kind as 'ValidatingAdmissionPolicy', metadata.name);
};
