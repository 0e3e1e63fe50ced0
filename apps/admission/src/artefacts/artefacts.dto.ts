/** A public Ed25519 key as a JSON Web Key (RFC 8037). */
export class ArtefactKeyDto {
  /** @example "OKP" */
  kty: string;
  /** @example "Ed25519" */
  crv: string;
  /**
   * The key, base64url.
   * @example "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
   */
  x: string;
  /**
   * Its thumbprint (RFC 7638).
   * @example "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
   */
  kid: string;
  /** @example "sig" */
  use: string;
  /** @example "EdDSA" */
  alg: string;
}

export class ArtefactKeySetDto {
  /** The one that signs stands first; during a rotation two are live. */
  keys: ArtefactKeyDto[];
}
