/** The bill of materials of what is shipped: the bundle, the packages in it, and the Node that runs it. */
import { createHash } from 'node:crypto';
import { Enums, Models, SPDX, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import type { Package } from './packages.ts';

export interface Shipment {
  /** Of the project. */
  readonly version: string;
  /** The bundle. */
  readonly program: Uint8Array;
  readonly packages: readonly Package[];
  /** As `24.21.0`. */
  readonly nodeVersion: string;
}

/**
 * CycloneDX 1.6 as JSON. The same for the same shipment: it holds no time and no number of its own.
 * What the base image brings along is not in it: only whoever chooses the base can know.
 */
export const billOfMaterials = ({ version, program, packages, nodeVersion }: Shipment): string => {
  const node = nodeComponent(nodeVersion);
  const libraries = packages.map(library);
  const operator = new Models.Component(Enums.ComponentType.Application, 'impersonation-operator', {
    bomRef: 'impersonation-operator',
    version,
    licenses: licenses('Apache-2.0'),
    hashes: new Models.HashDictionary([
      [Enums.HashAlgorithm['SHA-256'], createHash('sha256').update(program).digest('hex')],
    ]),
    dependencies: new Models.BomRefRepository([node, ...libraries].map(({ bomRef }) => bomRef)),
  });
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: operator }),
    components: new Models.ComponentRepository([node, ...libraries]),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
};

const library = ({ name, version, license }: Package): Models.Component => {
  const [scope, base] = name.startsWith('@') ? (name.split('/') as [string, string]) : [undefined, name];
  const purl = new PackageURL('npm', scope, base, version, undefined, undefined).toString();
  return new Models.Component(Enums.ComponentType.Library, base, {
    bomRef: purl,
    ...(scope !== undefined && { group: scope }),
    version,
    licenses: licenses(license),
    purl,
  });
};

/** Scanners know it by its CPE. */
const nodeComponent = (version: string): Models.Component => {
  const purl = new PackageURL('generic', undefined, 'node', version, undefined, undefined).toString();
  return new Models.Component(Enums.ComponentType.Platform, 'node', {
    bomRef: purl,
    version,
    licenses: licenses('MIT'),
    purl,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:lts:*:*:*`,
  });
};

const licenses = (license: string): Models.LicenseRepository =>
  new Models.LicenseRepository([
    SPDX.isSupportedSpdxId(license) ? new Models.SpdxLicense(license) : new Models.LicenseExpression(license),
  ]);
