// @ts-check
import 'reflect-metadata'
import { X509Certificate, webcrypto } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** How long a certificate of our own is good, in days: browsers take no longer ones. */
const DAYS = 397
/** One that ends within so many days is made anew. */
const DAYS_LEFT = 30
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * Files of a certificate that we made ourselves for these names, kept in `folder`; made anew when it is about to end or is
 * for other names. Browsers warn of it once; its fingerprint says that it is ours.
 * @param {string} folder @param {readonly string[]} hosts names or addresses
 * @returns {Promise<{ cert: string, key: string, fingerprint: string }>}
 */
export async function selfMadeCertificate(folder, hosts) {
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  if (!existsSync(cert) || !existsSync(key) || !isGood(readFileSync(cert, 'utf8'), hosts)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const made = await make(hosts)
    writeFileSync(key, made.key, { mode: 0o600 })
    writeFileSync(cert, made.cert)
  }
  return { cert, key, fingerprint: new X509Certificate(readFileSync(cert)).fingerprint256 }
}

/** @param {string} pem @param {readonly string[]} hosts */
function isGood(pem, hosts) {
  const certificate = new X509Certificate(pem)
  const endsIn = Date.parse(certificate.validTo) - Date.now()
  return (
    endsIn > DAYS_LEFT * 86_400_000 &&
    hosts.every(
      (host) => (net.isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined,
    )
  )
}

/** How a certificate calls a host (RFC 5280, 4.2.1.6). @param {string} host @returns {'dns' | 'ip'} */
const typeOf = (host) => (net.isIP(host) === 0 ? 'dns' : 'ip')

/** @param {readonly string[]} hosts @returns {Promise<{ cert: string, key: string }>} */
async function make(hosts) {
  cryptoProvider.set(/** @type {Crypto} */ (/** @type {unknown} */ (webcrypto)))
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const notBefore = new Date(Date.now() - 3_600_000)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Cellblock',
    notBefore,
    notAfter: new Date(notBefore.getTime() + DAYS * 86_400_000),
    signingAlgorithm: ALGORITHM,
    keys: /** @type {CryptoKeyPair} */ (/** @type {unknown} */ (keys)),
    extensions: [
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: typeOf(value), value }))),
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  })
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.replaceAll(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
  }
}
