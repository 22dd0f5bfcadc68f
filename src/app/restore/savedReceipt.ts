import { Failure } from '../../domain/failure.js'
import { parseReceipt, type Receipt } from '../../formats/receipt.js'
import type { Files } from '../ports.js'

/**
 * Reads the receipt that `restore` undoes. Throws `Failure` (`config`) if the file cannot be read or is not a receipt, and for
 * a receipt of another owner than `login` (if there is one) or of another server: it is data, not an order.
 */
export async function readSavedReceipt(
  file: string,
  files: Files,
  login: string | undefined,
  apiUrl: string
): Promise<Receipt> {
  const receipt = parseReceipt(await files.read(file))
  if (receipt.header === undefined) {
    throw new Failure(
      'config',
      `${file}: ${receipt.problems.join('; ')}.`,
      'Give the receipt-file of a run of this action.'
    )
  }
  const { header } = receipt
  if (login !== undefined && header.owner.toLowerCase() !== login.toLowerCase()) {
    throw new Failure(
      'config',
      `${file} is a receipt for ${header.owner}, but this run is for ${login}.`,
      `Set owner: ${header.owner} if that is what you mean.`
    )
  }
  if (header.apiUrl !== apiUrl) {
    throw new Failure(
      'config',
      `${file} is a receipt from ${header.apiUrl}, but this run talks to ${apiUrl}.`,
      'Set server-url to the server of the receipt.'
    )
  }
  return receipt
}
