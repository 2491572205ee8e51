/** What trusted publishing is made of, on the side of the one who uploads. */
import type { Secret } from '../../support/secret.ts';

/** CI services with identities that indexes know, as people call them. */
export type CiService =
  'GitHub Actions' | 'GitLab CI/CD' | 'Google Cloud' | 'Buildkite' | 'CircleCI';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An identity token of the service that this runs on. */
export interface AmbientIdentity {
  readonly service: CiService;
  readonly token: Secret;
}

/** An API token for uploads. */
export interface MintedToken {
  readonly token: Secret;
  /** Unix seconds. */
  readonly expires: number;
}

/** How to ask for an identity. */
export interface AmbientOptions {
  /** Whom the token is for: `pypi`, `testpypi`, `sigstore`. */
  readonly audience: string;
  /** Where commands run. */
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** Where Linux says whose machine this is. Default `/sys/class/dmi/id/product_name`. */
  readonly productNameFile?: string;
  /** Default: Google's own. */
  readonly googleCredentialsUrl?: string;
}
