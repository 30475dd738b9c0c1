/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  poweredByHeader: false,
  // Streams and calls are piped before Next sees them (server/panel/pipe.ts); pages are small and local.
  compress: true,
  images: { unoptimized: true },
  serverExternalPackages: ['undici'],
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  devIndicators: false,
  // npm test checks the types of everything, tests included; a start need not.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // A change is small (lib/contract/wire.ts, CALL_BODY_MAX_BYTES), and its encoding adds a little.
    serverActions: { bodySizeLimit: '128kb' },
    optimizePackageImports: ['lucide-react'],
  },
}

export default config
