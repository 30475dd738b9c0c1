import type { Server } from 'node:http'
import path from 'node:path'
import { errorChain } from '@/lib/errors.ts'
import { allowedCommands } from './allowed-commands.ts'
import { openBreachedPasswords } from './accounts/breached-passwords.ts'
import { createAccountHandlers } from './accounts/account-handlers.ts'
import { openAccounts } from './accounts/accounts.ts'
import { createFactorHandlers } from './accounts/factor-handlers.ts'
import { createInviteHandlers } from './accounts/invite-handlers.ts'
import { LoginLimits } from './accounts/login-limits.ts'
import { addressOf } from './accounts/session-cookie.ts'
import { readOidcConfig } from './accounts/oidc-config.ts'
import { createOidcHandlers } from './accounts/oidc-handlers.ts'
import { createPasskeyHandlers } from './accounts/passkey-handlers.ts'
import { createTokenHandlers } from './accounts/token-handlers.ts'
import { createUserHandlers } from './accounts/user-handlers.ts'
import { createAuditHandlers } from './audit/audit-handlers.ts'
import { openAuditLog } from './audit/audit-log.ts'
import { createCallAudit } from './audit/call-audit.ts'
import { forwardAudit } from './audit/forward-audit.ts'
import { openSyslog } from './audit/syslog.ts'
import { auditJobEnd } from './audit/job-audit.ts'
import { CallLimits } from './call-limits.ts'
import { createCommandReader } from './command-reader.ts'
import type { Config } from './config.ts'
import { createConsoles } from './console/create-consoles.ts'
import { createFileHandlers } from './files/jail-files.ts'
import { openRecordings } from './recordings/recordings.ts'
import { Streams } from './streams/streams.ts'
import type { Db } from './db.ts'
import { createDispatch } from './dispatch.ts'
import { createEventHub } from './events/event-hub.ts'
import { createEventStreams } from './events/serve-events.ts'
import type { Handlers } from './handlers.ts'
import { createHostHalf, createHostHalfHandlers } from './host/create-host-half.ts'
import { createHostAccess, hostCommands } from './host/host-access.ts'
import type { JailFinder } from './jail-limits.ts'
import { narrowEvent } from './jail-limits.ts'
import { createHttpServer } from './http-server.ts'
import { createJobEngine } from './jobs/job-engine.ts'
import { createJobHandlers } from './jobs/job-handlers.ts'
import { createJobStore } from './jobs/job-store.ts'
import { runOnly } from './jobs/run-only.ts'
import type { Log } from './log.ts'
import { createRunCommand, createStreamCommand } from './run-command.ts'
import { CLIENT_ADDRESS_HEADER } from '@/lib/contract/wire.ts'

/** The first look at the host is waited for so long, in milliseconds; a host that hangs is shown as such. */
const FIRST_LOOK_MS = 3_000

interface ServiceDeps {
  config: Config
  db: Db
  hostId: string
  version: string
  log: Log
}

/** Puts the two halves of the service together, accounts and host, with the dispatcher between them. */
export async function createService({
  config,
  db,
  hostId,
  version,
  log,
}: ServiceDeps): Promise<{ server: Server; stop(): Promise<void> }> {
  const warn = (message: string) => log.warn(message)
  const { bin, commands, mirror } = config
  const runner = { bin, allows: allowedCommands(hostCommands({ bin, commands })) }
  const run = createRunCommand(runner)
  const hub = createEventHub(hostId)
  const reader = createCommandReader({ bin, commands }, warn)
  const access = createHostAccess({ run, read: reader.read, files: config.files, bin, commands, mirror })

  const forward = config.syslog === undefined ? undefined : forwardAudit(db, openSyslog(config.syslog, warn), warn)
  const audit = openAuditLog(db, { folder: config.state, forward, log: warn })
  const oidc = config.oidc === undefined ? undefined : readOidcConfig(config.oidc)
  const { breachedPasswords: file } = config
  const accounts = await openAccounts(db, {
    ...{ stateFolder: config.state, origins: config.origins, oidc, log: warn },
    isBreached: file === undefined ? undefined : openBreachedPasswords(file),
  })

  const host = createHostHalf({ access, events: hub, identity: { id: hostId, cellblockVersion: version } })
  const store = createJobStore(db)
  host.driver.doubtReleases(store.halfFetched())
  const jobs = createJobEngine({
    ...{ store, run: runOnly(access), hostId, parallel: config.parallel, log: warn },
    publish: (event) => hub.publish(event),
    onEnd: auditJobEnd(audit, warn),
  })
  const streams = new Streams(async ({ headers }) => (await accounts.authenticate(headers.cookie))?.sessionId, warn)
  const consoles = createConsoles({
    ...{
      stateFolder: config.state,
      jexec: access.commands.jexec,
      allows: runner.allows,
      inventory: host.inventory,
      run,
      events: hub,
      streams,
      recordings: openRecordings(db, path.join(config.state, 'recordings'), warn),
      log: warn,
    },
    properties: (id) => host.driver.properties(id),
    mayUse: (userId, jailId) => accounts.userCan(userId, 'jail:console', host.inventory.find(jailId)?.tag),
    limits: {
      ...(config.consoles === undefined ? {} : { perHost: config.consoles }),
      ...(config.consolesPerUser === undefined ? {} : { perUser: config.consolesPerUser }),
    },
    sessionIsGood: (id) => accounts.sessionIsGood(id),
    noteUse: (id) => accounts.noteUse(id),
    audit: ({ actor, ...row }) => audit.write({ ...row, actor: actor.userName, jobId: null }),
    authenticate: async (request) => {
      const visitor = await accounts.authenticate(request.headers.cookie)
      return visitor && { ...visitor, address: addressOf(request.headers[CLIENT_ADDRESS_HEADER]) }
    },
  })
  const limits = new LoginLimits()
  const handlers: Handlers = {
    ...createAccountHandlers({ accounts, limits }),
    ...createFactorHandlers({ accounts, limits }),
    ...createTokenHandlers({ accounts }),
    ...createPasskeyHandlers({ accounts, limits }),
    ...createInviteHandlers({ accounts, limits }),
    ...createOidcHandlers({
      ...{ accounts, limits, origins: config.origins },
      audit: (row) => audit.write({ argv: [], detail: '', jobId: null, ...row }),
    }),
    ...createUserHandlers({ accounts }),
    ...createAuditHandlers({ audit }),
    ...createJobHandlers({ jobs }),
    ...createHostHalfHandlers(host, { access, events: hub, jobs }),
    ...consoles.handlers,
    ...createFileHandlers({
      ...{ jexec: access.commands.jexec, run, streams },
      stream: createStreamCommand(runner),
      findJail: (id) => host.inventory.find(id),
      mustHaveUser: (jail, user) => consoles.mustHaveUser(jail, user),
      audit: ({ actor, problem, detail, ...row }) => {
        const outcome = problem === '' ? 'succeeded' : 'failed'
        try {
          audit.write({ ...row, actor: actor.userName, jobId: null, outcome, detail: `${problem} ${detail}`.trim() })
        } catch (error) {
          warn(`audit: ${row.text} could not be written: ${errorChain(error)}`)
        }
      },
    }),
  }

  const finder: JailFinder = {
    findJail: (id) => host.inventory.find(id),
    findJob: (id) => jobs.detail(id).job,
  }
  const eventStreams = createEventStreams({
    ...{ hub, hostId, authenticate: (cookie) => accounts.authenticate(cookie) },
    sessionIsGood: (id) => accounts.sessionIsGood(id),
    narrow: (event, actor) => narrowEvent(event, actor, finder),
    onAccountChange: (listener) => accounts.onChange(listener),
  })
  const dispatch = createDispatch({
    handlers,
    authenticate: (call) => accounts.authenticateCall(call),
    userName: (id) => accounts.store.actor(id)?.userName,
    limits: new CallLimits(),
    ...finder,
    madeBy: (request) => jobs.madeBy(request),
    audit: createCallAudit(audit, warn),
    logFault: (requestId, verb, error) =>
      log.error(
        { requestId, verb, error: errorChain(error), stack: error instanceof Error ? error.stack : undefined },
        'a call failed',
      ),
  })
  const server = createHttpServer({
    dispatch,
    serveEvents: (request, response) => eventStreams.serve(request, response),
    serveConsole: (channel, request, response) => consoles.serveHttp(channel, request, response),
    serveStream: (ticket, request, response) => streams.serve(ticket, request, response),
    version,
    log: warn,
  })
  const detachConsoles = consoles.attach(server)

  // What a dead service left is marked before anyone can ask; its commands are ended meanwhile.
  jobs.recover().catch((error: unknown) => log.error({ error: errorChain(error) }, 'recovery of jobs failed'))
  await Promise.race([host.inventory.start(), new Promise((resolve) => setTimeout(resolve, FIRST_LOOK_MS).unref())])

  return {
    server,
    async stop() {
      server.close()
      eventStreams.stop()
      streams.stop()
      await Promise.all([consoles.stop(), jobs.stop()])
      detachConsoles()
      host.inventory.stop()
      reader.stop()
      server.closeAllConnections()
      forward?.stop()
    },
  }
}
