/** An entry of x-kubernetes-validations. */
export interface Validation {
  rule: string;
  message: string;
  messageExpression?: string;
  fieldPath?: string;
}

/** A node of the structural schema of a CRD. */
export interface Structural {
  type: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Structural>;
  items?: Structural;
  additionalProperties?: Structural;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-validations'?: Validation[];
}
