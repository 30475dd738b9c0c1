/** What the tests use of the package, which brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface ProviderContext {
    body: { id_token?: string; response_modes_supported?: string[] } | undefined
    oidc?: { route: string; client?: { clientId: string }; session?: { accountId?: string } }
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    use(middleware: (context: ProviderContext, next: () => Promise<void>) => Promise<void>): void
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
