/** The product's mark: nine cells, the middle one in the accent colour, two at rest. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden className="shrink-0 text-text">
      {cells.map(({ x, y, kind }) => (
        <rect
          key={`${x}-${y}`}
          x={x * 7}
          y={y * 7}
          width="5.4"
          height="5.4"
          rx="1.1"
          className={kind === 'accent' ? 'fill-accent' : kind === 'rest' ? 'fill-current opacity-25' : 'fill-current'}
        />
      ))}
    </svg>
  )
}

const cells = [0, 1, 2].flatMap((y) =>
  [0, 1, 2].map((x) => ({
    x,
    y,
    kind: x === 1 && y === 1 ? 'accent' : (x === 2 && y === 0) || (x === 0 && y === 2) ? 'rest' : 'on',
  })),
)
