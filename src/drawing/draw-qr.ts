/** A QR code as one outline for an inline SVG: `size` is its side with the quiet zone, in modules. */
export interface QrCode {
  readonly size: number
  readonly path: string
}

const quiet = 4

/** The address as a QR code, with enough redundancy for print. */
export async function drawQr(address: string): Promise<QrCode> {
  const { default: qrcode } = await import('qrcode')
  const { modules } = qrcode.create(address, { errorCorrectionLevel: 'M' })
  const rows = Array.from({ length: modules.size }, (_, row) => {
    let path = ''
    for (let x = 0; x < modules.size; x += 1) {
      const from = x
      while (x < modules.size && modules.get(row, x)) x += 1
      if (x > from) path += `M${from + quiet} ${row + quiet}h${x - from}v1h${from - x}z`
    }
    return path
  })
  return { size: modules.size + 2 * quiet, path: rows.join('') }
}
