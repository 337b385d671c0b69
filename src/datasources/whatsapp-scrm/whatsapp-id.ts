/** A WhatsApp address in its one spelling: people by their digits, everything else by what tells it apart. */
export interface WhatsAppId {
  kind: 'USER' | 'GROUP' | 'LID' | 'OPAQUE';
  /** USER: digits only. GROUP: without its domain. LID: `<n>@lid`. OPAQUE: as it came, in lower case. */
  value: string;
}

/** E.164: no telephone number is longer. */
const MAX_PHONE_DIGITS = 15;
const OLD_GROUP = /^\d{5,15}-\d{9,11}$/;
const USER_DOMAINS: readonly string[] = ['', 'c.us', 's.whatsapp.net'];

/**
 * Reads an address however it is spelt: bare, with `+` or `00`, with a domain, with the device it was written on.
 * National digits stay as they are: WhatsApp's own form differs from the dialled one in Brazil, Mexico and Argentina.
 *
 * @param isGroup the message says that its chat is a group: then a bare number is the group's, however short
 */
export function toWhatsAppId(raw: string, isGroup = false): WhatsAppId {
  const address = raw.trim().toLowerCase();
  const at = address.indexOf('@');
  const domain = at < 0 ? '' : address.slice(at + 1);
  // "<user>_<agent>:<device>": one person on several devices.
  const local = (at < 0 ? address : address.slice(0, at)).replace(/:\d+$/, '').replace(/_\d+$/, '');
  if (local === '') return { kind: 'OPAQUE', value: address };
  if (isGroup || domain === 'g.us') return { kind: 'GROUP', value: local };
  if (domain === 'lid' || domain === 'hosted.lid') return { kind: 'LID', value: `${local}@lid` };
  if (!USER_DOMAINS.includes(domain)) return { kind: 'OPAQUE', value: address };
  if (OLD_GROUP.test(local)) return { kind: 'GROUP', value: local };
  if (!/^\+?[\d\s().-]+$/.test(local)) return { kind: 'OPAQUE', value: address };
  const digits = local.replace(/\D/g, '').replace(/^00/, '');
  if (digits.length > MAX_PHONE_DIGITS) return { kind: 'GROUP', value: digits };
  // 0@c.us speaks for WhatsApp itself.
  return digits === '' || digits === '0'
    ? { kind: 'OPAQUE', value: address }
    : { kind: 'USER', value: digits };
}

/** Whom the id of a message names, such as `true_4915112345678@c.us_3EB0`, in their one spelling. */
export function peopleInMessageId(messageId: string): string[] {
  return messageId.split('_').flatMap((part) => {
    const { kind, value } = toWhatsAppId(part);
    return kind === 'USER' || kind === 'LID' ? [value] : [];
  });
}
