import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../../dev/build/packages.ts';
import { billOfMaterials } from '../../../dev/build/sbom.ts';

const zod: Package = { directory: 'node_modules/zod', name: 'zod', version: '4.6.7', license: 'MIT', texts: [] };
const client: Package = {
  directory: 'node_modules/@kubernetes/client-node',
  name: '@kubernetes/client-node',
  version: '2.0.1',
  license: 'Apache-2.0',
  texts: [],
};
const either: Package = {
  directory: 'node_modules/either',
  name: 'either',
  version: '1.0.0',
  license: '(MIT OR Apache-2.0)',
  texts: [],
};
const shipment = {
  version: '0.1.0',
  program: Buffer.from('the program'),
  packages: [zod, client, either],
  nodeVersion: '24.21.0',
};

interface Component {
  readonly type: string;
  readonly name: string;
  readonly purl: string;
  readonly licenses: readonly unknown[];
}

interface Bill {
  readonly metadata: {
    readonly component: {
      readonly name: string;
      readonly version: string;
      readonly hashes: readonly { readonly alg: string; readonly content: string }[];
    };
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const bill = JSON.parse(billOfMaterials(shipment)) as Bill;

describe('the bill of materials', () => {
  test('is what CycloneDX 1.6 asks for', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(billOfMaterials(shipment))).toBeNull();
    expect(await validator.validate(billOfMaterials(shipment).replace('"library"', '"book"'))).not.toBeNull();
  });

  test('names every package of the bundle, and Node, as scanners look them up', () => {
    expect(bill.components.map(({ purl }) => purl).toSorted()).toEqual([
      'pkg:generic/node@24.21.0',
      'pkg:npm/%40kubernetes/client-node@2.0.1',
      'pkg:npm/either@1.0.0',
      'pkg:npm/zod@4.6.7',
    ]);
  });

  test('says under which terms each is passed on', () => {
    const terms = Object.fromEntries(bill.components.map(({ name, licenses }) => [name, licenses]));
    expect(terms).toMatchObject({
      zod: [{ license: { id: 'MIT' } }],
      'client-node': [{ license: { id: 'Apache-2.0' } }],
      either: [{ expression: '(MIT OR Apache-2.0)' }],
    });
  });

  test('has the checksum of the program, which depends on all the rest', () => {
    expect(bill.metadata.component).toMatchObject({
      name: 'impersonation-operator',
      version: '0.1.0',
      hashes: [{ alg: 'SHA-256', content: '50fda23bf0a5115d4f893dc10d122c10a4705f47688f5620e80611c092d4053e' }],
    });
    const own = bill.dependencies.find(({ ref }) => ref === 'impersonation-operator');
    expect(own?.dependsOn).toHaveLength(4);
  });

  test('is the same whenever and wherever it is written, in whatever order the packages come', () => {
    const again = billOfMaterials({ ...shipment, packages: shipment.packages.toReversed() });
    expect(again).toBe(billOfMaterials(shipment));
  });
});
