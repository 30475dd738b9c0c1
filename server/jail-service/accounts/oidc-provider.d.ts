/** What the tests use of the package, which brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface TokenContext {
    body: { id_token?: string } | undefined
    oidc?: { route: string; client?: { clientId: string }; session?: { accountId?: string } }
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    use(middleware: (context: TokenContext, next: () => Promise<void>) => Promise<void>): void
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>
    Grant: new (properties: { clientId: string | undefined; accountId: string | undefined }) => {
      addOIDCScope(scope: string): void
      save(): Promise<string>
    }
  }
}
